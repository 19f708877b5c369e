// Reviews, reports, traces and takedowns through the twin: Mona moderates, Olga owns the server, Ada and Ben are members. One Easel for all
// of it; the checker's answer stands in the prompt (test/support/sketch-engine.ts).

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { encodeLossy, encodePng } from '../../src/image/encode.ts';
import { readPicture } from '../../src/image/read-picture.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings, type GuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const { guild: guildId, channels, users } = SEED_IDS;

let easel: Harness;
let ada: Actor;
let ben: Actor;
let mona: Actor;
let olga: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  easel = await startHarness({ environment: { EASEL_SECRET_KEY: 'a secret of sixteen or more' } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  mona = easel.actor('mona');
  olga = easel.actor('olga');
  await easel.startWorker(openSketchEngine({ stepMs: 1 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
}, 60_000);

afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

const set = (change: Partial<GuildSettings>) => createGuildSettings(redis).update(guildId, change);
beforeEach(() => set({ modLogChannelId: channels.modLog }));

const isPrivate = (message: WireMessage) => (message.flags & 64) !== 0;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '' || message.embeds.length > 0;
const seeds = { next: 1000 };
/** Every picture is another one: near-duplicates of what was taken down are withheld. */
function paint(who: Actor, options: Options = {}, place = 'general') {
  seeds.next += 7;
  const wish = { prompt: 'a lighthouse', steps: 1, count: 1, seed: seeds.next, ...options };
  return who.runCommand(place, '/imagine', wish).answer(isDone, 30_000);
}
const tell = (who: Actor, command: string, options: Options = {}) =>
  who.runCommand('general', `/admin ${command}`, options).answer(said, 30_000);
const trail = () => createAuditTrail(redis).list(guildId);
const linkTo = (message: WireMessage) => `https://discord.com/channels/${guildId}/${message.channel_id}/${message.id}`;
/** Known a moment after the picture is seen. */
const jobOf = (message: WireMessage) =>
  vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    expect(record).not.toBeNull();
    return record!;
  });
const file = (filename: string, bytes: Uint8Array) => ({ filename, bytes: Buffer.from(bytes) });
const cardText = (message: WireMessage) => JSON.stringify(message.embeds);

async function fileOf(message: WireMessage): Promise<Uint8Array> {
  const { url } = message.attachments[0]!;
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

describe('/admin trace', () => {
  test('leads from a re-encoded copy to the request: by whom, when, with which model', async () => {
    const painted = await paint(ada, { prompt: 'a harbour @everyone', count: 2 });
    await ada.click(painted, 'U2').answer(isDone, 30_000);
    const single = await ada.waitForMessage('general', (message) => message.content.includes('picture #2'));
    const { job } = await jobOf(painted);
    const jpeg = await encodeLossy(await readPicture(await fileOf(single)), 'jpeg', 80);
    const answer = await tell(mona, 'trace', { picture: file('copy.jpg', jpeg) });
    expect(isPrivate(answer)).toBe(true);
    expect(cardText(answer)).toContain(`#2 of job \`${job.jobId}\``);
    expect(cardText(answer)).toContain(`<@${users.ada}>`);
    expect(cardText(answer)).toContain('sketch');
    expect(cardText(answer)).toContain(`trace id ${job.traceIds[1]}`);
    const sheet = await tell(mona, 'trace', { picture: file('grid.png', await fileOf(painted)) });
    expect(cardText(sheet)).toContain(`the whole sheet of job \`${job.jobId}\``);
    expect(mona.notifications).toEqual([]);
    expect((await trail())[0]).toMatchObject({
      action: 'picture traced',
      actorId: users.mona,
      subjectId: users.ada,
      jobId: job.jobId,
    });
    await mona.waitForMessage('modLog', (message) => message.content.includes(`looked up \`${job.jobId}\``));
  });

  test('says of a picture without a mark that this is no proof, and of a foreign mark that it is unknown', async () => {
    const foreign = await encodePng(proceduralPicture(5, 256, 256));
    const answer = await tell(mona, 'trace', { picture: file('x.png', foreign) });
    expect(cardText(answer)).toContain('no proof');
    const painted = await paint(ada);
    const bytes = await fileOf(painted);
    const { job } = await jobOf(painted);
    await redis.hdel(redisKeys.trace, String(job.traceIds[0]));
    const unknown = await tell(mona, 'trace', { picture: file('x.png', bytes) });
    expect(cardText(unknown)).toContain(`trace id ${job.traceIds[0]}, which I do not know`);
  });

  test('takes the link of a message or a job id; nobody learns of another server’s jobs, nor members of any', async () => {
    const painted = await paint(ada);
    const { job } = await jobOf(painted);
    for (const link of [linkTo(painted), job.jobId]) {
      expect(cardText(await tell(mona, 'trace', { link }))).toContain(`<@${users.ada}>`);
    }
    expect((await tell(mona, 'trace', { link: 'a picture' })).content).toContain('neither a link');
    expect((await tell(mona, 'trace')).content).toContain('Give a picture');
    const bytes = await fileOf(painted);
    await redis.hset(
      redisKeys.job(job.jobId),
      'data',
      JSON.stringify({ ...job, reply: { ...job.reply, guildId: '77' } }),
    );
    expect((await tell(mona, 'trace', { link: job.jobId })).content).toContain('no picture of mine');
    const elsewhere = await tell(mona, 'trace', { picture: file('x.png', bytes) });
    expect(cardText(elsewhere)).toContain('not in this server');
    expect(cardText(elsewhere)).not.toContain(users.ada);
    const text = await tell(mona, 'trace', { picture: file('x.png', await readFile('package.json')) });
    expect(text.content).toContain('could not read that file');
    expect(ada.commands('general').map((command) => command.name)).not.toContain('admin');
    expect(easel.violations()).toEqual([]);
  });
});
