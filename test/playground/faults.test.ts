import { afterEach, describe, expect, it } from 'vitest';
import type { Twin } from '../../src/playground/start.ts';
import { hasDiscordSpec } from '../support/discord-openapi.ts';
import { startJudgedTwin } from '../support/judged-twin.ts';
import { raw, tinyPng, withFiles } from './rig.ts';

describe('the twin as a test rig', () => {
  let twin: Twin;
  afterEach(() => twin.close());
  const path = () => `/channels/${twin.channels.general}/messages`;

  it('breaks connections before or after a request is carried out', async () => {
    twin = await startJudgedTwin();
    twin.faults.add({ method: 'POST', effect: { kind: 'drop-request' } });
    await expect(raw(twin, 'POST', path(), { content: 'dropped' })).rejects.toThrow();
    twin.faults.add({ method: 'POST', effect: { kind: 'lose-response' } });
    await expect(raw(twin, 'POST', path(), { content: 'kept' })).rejects.toThrow();
    expect(
      twin
        .actor('ada')
        .messages('general')
        .map(({ content }) => content),
    ).toEqual(['kept']);
  });

  it('answers server errors as often as asked', async () => {
    twin = await startJudgedTwin();
    twin.faults.add({ path: /messages$/, times: 2, effect: { kind: 'status', status: 503 } });
    const statuses = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await raw(twin, 'POST', path(), { content: 'x' })).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it.skipIf(!hasDiscordSpec)('holds every body against Discord’s OpenAPI document', async () => {
    twin = await startJudgedTwin();
    // A field that the twin itself never reads.
    const body = { content: 'x', tts: 'yes' };
    expect((await raw(twin, 'POST', path(), body)).status).toBe(200);
    expect(twin.violations).toMatchObject([{ kind: 'openapi' }]);
  });

  describe.skipIf(!hasDiscordSpec)('with Discord’s OpenAPI document', () => {
    const faultsOf = async (method: string, where: string, body?: unknown) => {
      await raw(twin, method, where, body);
      return twin.violations.splice(0).map(({ kind, detail }) => `${kind}: ${detail.replace(/^\S+ \S+: /, '')}`);
    };

    it('holds queries and paths against it', async () => {
      twin = await startJudgedTwin();
      const route = 'GET /channels/{channel_id}/messages';
      expect(await faultsOf('GET', `${path()}?limit=10&after=5`)).toEqual([]);
      expect(await faultsOf('GET', `${path()}?limit=101`)).toContain(
        `openapi: ${route} takes no limit=101 in the query`,
      );
      expect(await faultsOf('GET', `${path()}?around=now`)).toContain(
        `openapi: ${route} takes no around=now in the query`,
      );
      expect(await faultsOf('GET', `${path()}?newest=1`)).toContain(`openapi: ${route} knows no newest in the query`);
    });

    it('misses a body, and notices one where none belongs', async () => {
      twin = await startJudgedTwin({ rateLimits: false });
      const { id } = (await raw(twin, 'POST', path(), { content: 'x' })).body ?? {};
      const message = `${path()}/${String(id)}`;
      expect(await faultsOf('PATCH', message)).toContain(
        'openapi: PATCH /channels/{channel_id}/messages/{message_id} needs a body',
      );
      const own = `${message}/reactions/${encodeURIComponent('❤️')}/@me`;
      expect(await faultsOf('PUT', own)).toEqual([]);
      expect(await faultsOf('PUT', own, { emoji: 'x' })).toEqual([
        'openapi: PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me takes no body',
      ]);
    });

    it('holds form data against the schema of form data, and attachments against the files', async () => {
      twin = await startJudgedTwin();
      const route = 'POST /channels/{channel_id}/messages';
      const files = [{ name: 'a.png', bytes: tinyPng() }];
      const attachment = (id: string) => ({ attachments: [{ id, filename: 'a.png' }] });
      expect(await faultsOf('POST', path(), withFiles(attachment('0'), files))).toEqual([]);
      expect(await faultsOf('POST', path(), withFiles({ tts: 'yes' }, files))).toEqual([
        `openapi: ${route}/tts: must be boolean,null`,
      ]);
      expect(await faultsOf('POST', path(), withFiles(attachment('1'), files))).toContain(
        `openapi: ${route} lists attachment 1 without its file`,
      );
      const form = withFiles({ content: 'x' }, files);
      form.set('file', new File([new Uint8Array(tinyPng())], 'b.png'));
      expect(await faultsOf('POST', path(), form)).toEqual([`openapi: ${route} knows no part file`]);
      const commands = `/applications/${twin.applicationId}/commands`;
      expect(await faultsOf('POST', commands, withFiles({ name: 'x', description: 'x' }, files))).toContain(
        'openapi: POST /applications/{application_id}/commands takes no multipart/form-data',
      );
    });
  });

  it('records routes that Discord does not have', async () => {
    twin = await startJudgedTwin();
    expect((await raw(twin, 'GET', '/no/such/route')).status).toBe(404);
    expect((await raw(twin, 'PATCH', '/users/@me/channels', {})).status).toBe(405);
    expect(twin.violations.map(({ kind }) => kind)).toEqual(['unknown-route', 'unknown-route']);
  });
});
