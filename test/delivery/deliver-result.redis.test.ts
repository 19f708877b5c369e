import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resultPresenter } from '../../commands/job-message.ts';
import { createDelivery, type Delivery } from '../../src/delivery/deliver-result.ts';
import { createDiscordMessages } from '../../src/delivery/discord-messages.ts';
import type { PaintInput } from '../../src/inference/engine.ts';
import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import type { DeliverJob } from '../../src/jobs/deliver-job.ts';
import type { GenerateJob } from '../../src/jobs/generate-job.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { acceptJob } from '../../src/queue/job-queue.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { createBans } from '../../src/store/bans.ts';
import { createJobStore, type JobStore } from '../../src/store/jobs.ts';
import { createKeptResults } from '../../src/store/kept-results.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { createTakedowns } from '../../src/store/takedowns.ts';
import { onInteraction, PAINT_COMMAND, type Rig, raw, startRig } from '../playground/rig.ts';
import { testJob } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let jobs: JobStore;
let rig: Rig;
let delivery: Delivery;
let stopAnswering: () => void;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
  queues = openQueues(redis);
  jobs = createJobStore(redis);
  rig = await startRig({ rateLimits: false });
  await raw(rig.twin, 'PUT', `/applications/${rig.twin.applicationId}/commands`, [PAINT_COMMAND]);
  const answers = onInteraction(rig.client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply(interaction.options.getBoolean('private') ? { flags: 64 } : {});
  });
  stopAnswering = answers.stop;
  delivery = createDelivery({
    redis,
    messages: createDiscordMessages(rig.client.rest),
    presenter: resultPresenter,
    jobs,
    images: createRedisImageStore(redis, { maxBytes: 64 * 2 ** 20 }),
    kept: createKeptResults(redis),
    moderation: { bans: createBans(redis), takedowns: createTakedowns(redis) },
    logger: pino({ level: 'silent' }),
  });
});

afterEach(() => rig.twin.faults.clear());

afterAll(async () => {
  stopAnswering();
  await rig.close();
  await queues.close();
  redis.disconnect();
  await server.stop();
});

interface Asked {
  readonly deliverJob: DeliverJob;
  readonly message: WireMessage;
}

/** A member asks, the bot defers, a worker paints: what is left to do is delivery. */
async function ask(
  options: { isPrivate?: boolean; count?: number; waitedMs?: number; edge?: number; limit?: number } = {},
): Promise<Asked> {
  const ada = rig.twin.actor('ada');
  const invocation = ada.runCommand('general', '/imagine', {
    prompt: 'a lighthouse',
    private: options.isPrivate ?? false,
  });
  const message = await invocation.reply();
  const { interaction } = invocation;
  const job: GenerateJob = {
    ...testJob({ userId: ada.id, count: options.count ?? 4, edge: options.edge ?? 64 }),
    createdAt: Date.now() - (options.waitedMs ?? 0),
    reply: {
      ...testJob().reply,
      applicationId: rig.twin.applicationId,
      interactionId: interaction.id,
      interactionToken: interaction.token,
      interactionAt: Date.now(),
      channelId: rig.twin.channels.general,
      guildId: rig.twin.guildId,
      messageId: message.id,
      ephemeral: options.isPrivate ?? false,
      ...(options.limit === undefined ? {} : { attachmentSizeLimit: options.limit }),
    },
  };
  await acceptJob(redis, job, 30);
  const images = createRedisImageStore(redis, { maxBytes: 64 * 2 ** 20 });
  const { init: _init, maskKey: _mask, seamless: _seamless, ...request } = job.request;
  const input: PaintInput = { ...request, safety: job.safety, traceIds: job.traceIds, preview: 'off' };
  for await (const event of openSimulatedEngine({ stepMs: 0 }).paint(input)) {
    if (event.type !== 'result') continue;
    const pictures = await Promise.all(
      [...event.result.tiles, ...(event.result.grid ? [event.result.grid] : [])].map(async (image) => ({
        kind: image.kind,
        index: image.index,
        imageKey: await images.putFinished(job.jobId, image),
        width: image.width,
        height: image.height,
        seed: image.seed,
        traceId: image.traceId,
        perceptualHash: image.perceptualHash,
        outcome: image.verdict.outcome,
        reason: image.verdict.reason,
        hits: [],
      })),
    );
    const result = {
      version: 1 as const,
      jobId: job.jobId,
      pictures,
      modelHash: job.request.modelHash,
      totalMs: 1,
      msPerStep: 1,
      workerId: 'w',
    };
    return { deliverJob: { version: 1, job, outcome: { type: 'done', result } }, message };
  }
  throw new Error('nothing painted');
}

const showing = (jobId: string, messages: readonly WireMessage[]) =>
  messages.filter((message) => message.attachments.some((attachment) => attachment.filename.includes(jobId)));

describe('delivery', () => {
  it('fills the live message with grid, buttons and alt text, and does so once', async () => {
    const { deliverJob, message } = await ask();
    const { jobId } = deliverJob.job;
    expect(await delivery.process(deliverJob)).toBe('posted');
    expect(await delivery.process(deliverJob)).toBe('known');
    const ada = rig.twin.actor('ada');
    const posted = ada.see(message);
    expect(posted?.attachments.map((attachment) => attachment.filename)).toEqual([`easel-${jobId}-grid.png`]);
    expect(posted?.attachments[0]?.description).toContain('lighthouse');
    expect(JSON.stringify(posted?.components)).toContain(jobId);
    expect(showing(jobId, ada.messages('general'))).toHaveLength(1);
    expect((await jobs.get(jobId))?.message?.messageId).toBe(message.id);
    expect(await redis.zscore(redisKeys.undelivered, jobId)).toBeNull();
  });

  it('leaves one picture on the message when a crash makes it edit twice', async () => {
    const { deliverJob, message } = await ask();
    rig.twin.faults.add({ method: 'PATCH', path: /original/, effect: { kind: 'lose-response' } });
    await delivery.process(deliverJob).catch(() => undefined);
    await redis.hdel(redisKeys.job(deliverJob.job.jobId), 'deliveredAt');
    await delivery.process(deliverJob);
    expect(rig.twin.actor('ada').see(message)?.attachments).toHaveLength(1);
  });

  it('edits by the bot token when the fifteen minutes are over', async () => {
    const { deliverJob, message } = await ask();
    rig.twin.clock.advance(15 * 60_000 + 1000);
    expect(await delivery.process(deliverJob)).toBe('posted');
    expect(rig.twin.actor('ada').see(message)?.attachments).toHaveLength(1);
  });

  it('posts a new message once where the live one is gone, even when the answer to the first attempt was lost', async () => {
    const { deliverJob, message } = await ask();
    const { jobId } = deliverJob.job;
    rig.twin.actor('mona').deleteMessage(message);
    rig.twin.faults.add({
      method: 'POST',
      path: /channels\/\d+\/messages/,
      times: 5,
      effect: { kind: 'lose-response' },
    });
    await expect(delivery.process(deliverJob)).rejects.toThrow();
    rig.twin.faults.clear();
    // Later than any nonce is remembered: only the look at the channel tells.
    rig.twin.clock.advance(6 * 60_000);
    expect(await delivery.process(deliverJob)).toBe('posted');
    const ada = rig.twin.actor('ada');
    const found = showing(jobId, ada.messages('general'));
    expect(found).toHaveLength(1);
    expect((await jobs.get(jobId))?.message?.messageId).toBe(found[0]?.id);
  });

  it('mentions a member who waited long, once, and nobody who did not', async () => {
    const ada = rig.twin.actor('ada');
    const before = ada.notifications.length;
    const short = await ask();
    await delivery.process(short.deliverJob);
    expect(ada.notifications.length).toBe(before);
    const long = await ask({ waitedMs: 61_000 });
    await delivery.process(long.deliverJob);
    await redis.hdel(redisKeys.job(long.deliverJob.job.jobId), 'deliveredAt');
    await delivery.process(long.deliverJob);
    expect(ada.notifications.length).toBe(before + 1);
  });

  it('answers a private request privately, and by direct message when the token is over', async () => {
    const first = await ask({ isPrivate: true });
    await delivery.process(first.deliverJob);
    const ben = rig.twin.actor('ben');
    const ada = rig.twin.actor('ada');
    expect(ada.see(first.message)?.attachments).toHaveLength(1);
    expect(ben.see(first.message)).toBeUndefined();
    const second = await ask({ isPrivate: true });
    rig.twin.clock.advance(15 * 60_000 + 1000);
    await delivery.process(second.deliverJob);
    expect(showing(second.deliverJob.job.jobId, ada.messages('general'))).toHaveLength(0);
    expect(showing(second.deliverJob.job.jobId, ada.messages('dm'))).toHaveLength(1);
  });

  it('keeps a private picture for its owner where direct messages are closed', async () => {
    const { deliverJob } = await ask({ isPrivate: true });
    rig.twin.clock.advance(15 * 60_000 + 1000);
    const ada = rig.twin.world.users.get(deliverJob.job.requester.userId);
    if (!ada) throw new Error('no ada');
    ada.acceptsDirectMessages = false;
    expect(await delivery.process(deliverJob)).toBe('kept');
    ada.acceptsDirectMessages = true;
    expect(await createKeptResults(redis).list(ada.id)).toContain(deliverJob.job.jobId);
    const [picture] = deliverJob.outcome.type === 'done' ? deliverJob.outcome.result.pictures : [];
    expect(await createRedisImageStore(redis, { maxBytes: 2 ** 20 }).get(picture?.imageKey ?? '')).not.toBeNull();
  });

  it('turns to WebP where the PNG is too large for the place', async () => {
    const { deliverJob, message } = await ask({ edge: 256, limit: 20_000 });
    await delivery.process(deliverJob);
    const attachments = rig.twin.actor('ada').see(message)?.attachments ?? [];
    expect(attachments.map((attachment) => attachment.filename.split('.').at(-1))).toEqual(['webp']);
    expect(attachments[0]?.size).toBeLessThanOrEqual(20_000);
  });

  it('asks again at each attempt what was taken down since: the other pictures are posted one by one', async () => {
    const { deliverJob, message } = await ask({ count: 2 });
    const { job, outcome } = deliverJob;
    // The simulated engine has no checker, so that it holds back everything, and its pictures are alike.
    const pictures = outcome.type === 'done' ? outcome.result.pictures : [];
    for (const [index, picture] of pictures.entries())
      Object.assign(picture, { outcome: 'posted', reason: null, perceptualHash: '0f3'.charAt(index).repeat(16) });
    const [first, second] = pictures;
    rig.twin.faults.add({ method: 'PATCH', times: 9, effect: { kind: 'status', status: 500 } });
    await expect(delivery.process(deliverJob)).rejects.toThrow();
    rig.twin.faults.clear();
    const { guildId } = job.reply;
    const takedown = { id: 'since', embedding: [], guildId, byUserId: '9', reason: null };
    const perceptualHash = first?.perceptualHash ?? '';
    await createTakedowns(redis).add({ ...takedown, perceptualHash, at: Date.now() });
    // Decided before the request: whoever asked for it then knew.
    await createTakedowns(redis).add({ ...takedown, id: 'old', perceptualHash: second?.perceptualHash ?? '', at: 1 });
    expect(await delivery.process(deliverJob)).toBe('posted');
    const posted = rig.twin.actor('ada').see(message);
    expect(posted?.content).toContain('Withheld: #1 (it is too close to a picture that moderators removed)');
    expect(posted?.attachments.map(({ filename }) => filename)).toEqual([`easel-${job.jobId}-2.png`]);
    const record = await jobs.get(job.jobId);
    expect(record?.result?.pictures.map(({ outcome: shown }) => shown)).toEqual(['withheld', 'posted', 'withheld']);
    const images = createRedisImageStore(redis, { maxBytes: 2 ** 26 });
    expect(await images.get(first?.imageKey ?? '')).toBeNull();
    await Promise.all(['since', 'old'].map((id) => createTakedowns(redis).lift(id)));
  });

  it('posts nothing for a member who was banned since, and nothing but that ban counts', async () => {
    const { deliverJob, message } = await ask();
    const { job } = deliverJob;
    const { guildId, interactionAt } = job.reply;
    const ban = { userId: job.requester.userId, guildId, reason: null, byUserId: '9', until: null };
    await createBans(redis).set({ ...ban, at: interactionAt + 1 });
    expect(await delivery.process(deliverJob)).toBe('posted');
    expect(rig.twin.actor('ada').see(message)).toMatchObject({ attachments: [] });
    expect(rig.twin.actor('ada').see(message)?.content).toContain('Cancelled.');
    const released = await ask();
    await createBans(redis).set({ ...ban, at: interactionAt - 1 });
    await delivery.process(released.deliverJob);
    expect(rig.twin.actor('ada').see(released.message)?.attachments).toHaveLength(1);
    await createBans(redis).lift(guildId, ban.userId);
  });

  it('says that it failed, with an error id and without internals', async () => {
    const { deliverJob, message } = await ask();
    const outcome = {
      type: 'failed',
      errorId: 'abcd1234',
      code: 'internal',
      userMessage: 'The picture could not be painted.',
    } as const;
    await delivery.process({ ...deliverJob, outcome });
    expect(rig.twin.actor('ada').see(message)?.content).toContain('The picture could not be painted. (error abcd1234)');
  });

  it.each([
    ['without a body', { kind: 'status', status: 204 }],
    ['that does not name the channel', { kind: 'status', status: 200, body: { id: 7 } }],
  ] as const)('takes an answer %s for what it is: posted, with the ids that are known', async (_what, effect) => {
    const { deliverJob, message } = await ask();
    const { jobId } = deliverJob.job;
    const before = rig.twin.requests.length;
    rig.twin.faults.add({ method: 'PATCH', path: /original/, times: 9, effect });
    expect(await delivery.process(deliverJob)).toBe('posted');
    expect(await delivery.process(deliverJob)).toBe('known');
    expect(rig.twin.requests.slice(before).map(({ method }) => method)).toEqual(['PATCH']);
    expect((await jobs.get(jobId))?.message).toEqual({ channelId: message.channel_id, messageId: message.id });
  });

  it('does not post a new message again whose answer had no body', async () => {
    const { deliverJob, message } = await ask();
    rig.twin.actor('mona').deleteMessage(message);
    const before = rig.twin.requests.length;
    rig.twin.faults.add({ method: 'POST', path: /messages$/, effect: { kind: 'status', status: 204 } });
    expect(await delivery.process(deliverJob)).toBe('posted');
    await redis.hdel(redisKeys.job(deliverJob.job.jobId), 'deliveredAt');
    expect(await delivery.process(deliverJob)).toBe('posted');
    const posts = rig.twin.requests.slice(before).filter(({ method }) => method === 'POST');
    expect(posts.map(({ path }) => path)).toEqual([`/channels/${message.channel_id}/messages`]);
  });

  it('says in plain words that Discord refused the picture for good, and where it is kept', async () => {
    const { deliverJob, message } = await ask();
    const { requester, jobId } = deliverJob.job;
    const body = { code: 50035, message: 'Invalid Form Body' };
    rig.twin.faults.add({ method: 'PATCH', path: /original/, effect: { kind: 'status', status: 400, body } });
    expect(await delivery.process(deliverJob)).toBe('kept');
    const shown = rig.twin.actor('ada').see(message);
    expect(shown?.content).toMatch(
      /^Something went wrong on my side\..* error [0-9a-f]{8}\.\n`\/queue`: Finished, kept for you$/,
    );
    expect(shown?.components).toEqual([]);
    expect(await createKeptResults(redis).list(requester.userId)).toContain(jobId);
    expect((await jobs.get(jobId))?.deliveredAt).not.toBeNull();
  });

  it('keeps a picture that was posted where only what follows it is refused for good', async () => {
    const { deliverJob, message } = await ask({ edge: 256, limit: 3_000 });
    const body = { code: 50035, message: 'Invalid Form Body' };
    rig.twin.faults.add({ method: 'POST', path: /messages$/, times: 9, effect: { kind: 'status', status: 400, body } });
    const waited = { ...deliverJob, job: { ...deliverJob.job, createdAt: Date.now() - 61_000 } };
    expect(await delivery.process(waited)).toBe('kept');
    expect(rig.twin.actor('ada').see(message)?.attachments.length).toBeGreaterThan(0);
  });

  it('posts nothing for a request that was deleted meanwhile', async () => {
    const { deliverJob } = await ask();
    await jobs.remove(deliverJob.job.jobId);
    expect(await delivery.process(deliverJob)).toBe('forgotten');
  });

  it('keeps to all of the rules of the twin', () => {
    // The tests move the twin's clock alone, so delivery tries tokens that it would otherwise know to be over.
    const expected = new Set(['token-expired']);
    expect(rig.twin.violations.filter((violation) => !expected.has(violation.kind))).toEqual([]);
  });
});
