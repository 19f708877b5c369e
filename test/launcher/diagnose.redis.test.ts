import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { inviteLink } from '../../src/launcher/bot-permissions.ts';
import { diagnoseAesthetics, diagnoseDiscord, diagnoseRedis } from '../../src/launcher/diagnose.ts';
import { type PrivateRedis, startPrivateRedis } from '../../src/launcher/redis.ts';
import type { Twin } from '../../src/playground/start.ts';
import { connect } from '../../src/queue/connect.ts';
import { startJudgedTwin, violationsOf } from '../support/judged-twin.ts';

describe('the doctor', () => {
  let server: PrivateRedis;
  let twin: Twin;
  beforeAll(async () => {
    server = await startPrivateRedis({ dataDir: mkdtempSync(join(tmpdir(), 'easel-doctor-')) });
    twin = await startJudgedTwin();
  });
  afterAll(async () => {
    await twin?.close();
    await server?.stop();
  });

  it('finds nothing wrong with the Redis that Easel starts itself', async () => {
    const redis = await connect(server.url, { patience: 'producer', name: 'doctor' });
    expect((await diagnoseRedis(redis)).map((finding) => finding.state)).toEqual(['ok', 'ok', 'ok']);
    redis.disconnect();
  });

  it('names eviction and missing persistence, with the command that fixes each', async () => {
    const redis = await connect(server.url, { patience: 'producer', name: 'doctor' });
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await redis.config('SET', 'appendonly', 'no');
    const findings = await diagnoseRedis(redis);
    expect(findings.filter((finding) => finding.state === 'broken').map((finding) => finding.what)).toEqual([
      'Redis eviction',
      'Redis persistence',
    ]);
    expect(findings.map((finding) => finding.fix ?? '').join()).toMatch(/noeviction[\s\S]*appendonly yes/);
    redis.disconnect();
  });

  it('accepts a token that Discord accepts and looks at the permissions in each server', async () => {
    const findings = await diagnoseDiscord(parseConfig({ DISCORD_API_URL: twin.url }), twin.token);
    expect(findings[0]).toMatchObject({ what: 'Discord token', state: 'ok' });
    expect(findings.some((finding) => finding.what === 'Permissions')).toBe(true);
    // What is missing comes with the link that asks for all of it.
    const missing = findings.filter(({ what, state }) => what === 'Permissions' && state === 'broken');
    for (const { fix } of missing) expect(fix).toContain(inviteLink(twin.applicationId));
  });

  it('says how to get another token where Discord refuses it, without repeating it', async () => {
    const findings = await diagnoseDiscord(parseConfig({ DISCORD_API_URL: twin.url }), 'wrong.token.value');
    expect(findings).toMatchObject([{ what: 'Discord token', state: 'broken' }]);
    expect(JSON.stringify(findings)).not.toContain('wrong.token.value');
  });

  it('asks Discord as its documentation says', () => {
    expect(violationsOf(twin, 'unauthorized')).toEqual([]);
  });

  it('reads the aesthetics head, or says what is wrong with it', async () => {
    const golden = fileURLToPath(new URL('../golden/aesthetics/', import.meta.url));
    expect(await diagnoseAesthetics(join(golden, 'mlp.pth'))).toMatchObject({
      state: 'ok',
      detail: 'for embeddings of 8 numbers',
    });
    expect(await diagnoseAesthetics(join(golden, 'make.py'))).toMatchObject({ state: 'broken' });
    expect((await diagnoseAesthetics(join(golden, 'none.pth'))).detail).toContain('EASEL_AESTHETICS_FILE');
  });
});
