// An attacker, an operator or an older version wrote into Redis what does not belong there. For every family of keys: the roles start, a
// request is painted or refused in plain words, nothing unchecked is posted, and the log names the key. (How each store reads: test/store.)

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { encodePng } from '../../src/image/encode.ts';
import { readPicture } from '../../src/image/read-picture.ts';
import { generateQueueName } from '../../src/jobs/queue-names.ts';
import { type KeyFamily, keyTypes } from '../../src/jobs/redis-key-types.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { quotaDay } from '../../src/store/quotas.ts';
import { type Harness, startHarness } from '../e2e/harness.ts';
import { until } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';

const { guild, channels, users } = SEED_IDS;
const member = users.ada;
const engine = openSketchEngine({ stepMs: 1, nativeSize: 128 });
const queue = generateQueueName(engine.model.hash);
const log: string[] = [];

let easel: Harness;
let ada: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

/** Keys that a request of Ada's meets, or that stand in its way. */
const met: Partial<Record<KeyFamily, string>> = {
  memberJobs: redisKeys.memberJobs(member),
  guildJobs: redisKeys.guildJobs(guild),
  guildSettings: redisKeys.guildSettings(guild),
  guilds: redisKeys.guilds,
  memberSettings: redisKeys.memberSettings(member),
  terms: redisKeys.terms(member),
  pendingTerms: redisKeys.pendingTerms(member),
  ban: redisKeys.ban(guild, member),
  bans: redisKeys.bans(guild),
  quota: redisKeys.quota(quotaDay(Date.now()), 'guild', guild),
  audit: redisKeys.audit(guild),
  totals: redisKeys.totals,
  shardTotal: redisKeys.shardTotal(2),
  registrations: redisKeys.registrations,
  traceCounter: redisKeys.traceCounter,
  trace: redisKeys.trace,
  uploads: redisKeys.uploads(member),
  favourites: redisKeys.favourites(member),
  takedowns: redisKeys.takedowns,
  reviewCards: redisKeys.reviewCards,
  departures: redisKeys.departures,
  kept: redisKeys.kept(member),
  pace: redisKeys.pace(engine.model.hash),
  intents: redisKeys.intents,
  intentTimes: redisKeys.intentTimes,
  queues: redisKeys.queues,
  fair: redisKeys.fair(queue),
  flows: redisKeys.flows(queue),
  guildFlows: redisKeys.guildFlows(queue, guild),
  open: redisKeys.open(queue),
  units: redisKeys.units(queue),
  memberOpen: redisKeys.memberOpen(member),
  running: redisKeys.running(member),
  held: redisKeys.held(queue, member),
  refusals: redisKeys.refusals(guild, member),
  reviewAsks: redisKeys.reviewAsks('appeal', member),
  pausedGuilds: redisKeys.pausedGuilds,
  retention: redisKeys.retention,
  pictureSweep: redisKeys.pictureSweep,
  pausedJobs: redisKeys.pausedJobs(guild),
  undelivered: redisKeys.undelivered,
  workers: redisKeys.workers,
  workerFacts: redisKeys.workerFacts,
  pictureOrder: redisKeys.pictureOrder,
  pictureSizes: redisKeys.pictureSizes,
};
/** Looked at by the tests below, with a request or picture that is there already. */
const ofAJob = ['job', 'children', 'message', 'picture', 'presence'];
/** Named by an id that begins with the interaction or the job itself: whatever stands there before says that it was answered or has ended. */
const unforeseen = [
  ...['claim', 'charge', 'press', 'batch', 'batchTaker', 'keptRequest', 'showings', 'review', 'withheld'],
  ...['live', 'editing', 'ended', 'delivery', 'identifySlot', 'cancel', 'progress', 'inspection'],
];
/** What decides whether something may be painted: unreadable, it says no. */
const closed = new Set<KeyFamily>(['guildSettings', 'ban', 'takedowns', 'pausedGuilds', 'terms']);

const huge = 'x'.repeat(1_000_000);
const strings = {
  'broken JSON': 'no json {',
  'another shape': '{"version":1,"safety":7,"filter":"none"}',
  'a huge string': huge,
};

/** Lists whose members are looked up one by one while a request is under way. */
const walked = new Set<KeyFamily>([
  'open',
  'memberOpen',
  'queues',
  'workers',
  'undelivered',
  'pictureOrder',
  'pausedGuilds',
]);

/** Every way in which a family's key can be wrong. */
function poisons(family: KeyFamily): [string, (key: string) => Promise<unknown>][] {
  const type = keyTypes[family];
  const wrong = (key: string) => (type === 'string' ? redis.rpush(key, 'x') : redis.set(key, 'garbage'));
  switch (type) {
    case 'string':
      return [
        ['another type', wrong],
        ...Object.entries(strings).map(([name, text]): [string, (key: string) => Promise<unknown>] => [
          name,
          (key) => redis.set(key, text),
        ]),
      ];
    case 'hash':
      return [
        ['another type', wrong],
        ['fields', (key) => redis.hset(key, { a: 'no json {', virtual: 'x', step: huge, pictures: 'x' })],
      ];
    case 'zset':
    case 'set':
      if (!walked.has(family)) return [['another type', wrong]];
      return [
        ['another type', wrong],
        ['members', (key) => (type === 'set' ? redis.sadd(key, 'no json {') : redis.zadd(key, 1, 'no json {'))],
      ];
    case 'list':
    case 'stream':
      return [['another type', wrong]];
  }
}

beforeAll(async () => {
  easel = await startHarness({
    model: engine.model,
    environment: { EASEL_TERMS: 'first-use', EASEL_SECRET_KEY: 'a secret of sixteen or more' },
    logs: { write: (line) => void log.push(line) },
  });
  ada = easel.actor('ada');
  redis = await connect(easel.redis.url, { patience: 'worker', name: 'test' });
}, 60_000);
afterAll(async () => {
  redis?.disconnect();
  await easel?.close();
});

const underWay = /^$|Next in the queue|Waiting:|Painting:|Checking and marking/;
const isOver = (message: WireMessage) => !underWay.test(message.content) && message.content !== '';
const isPicture = (message: WireMessage) => message.attachments.length > 0;
const imagine = (options: Options = {}) =>
  ada
    .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 1, count: 1, ...options })
    .answer(isOver, 15_000);
const raw =
  /WRONGTYPE|\bERR\b|EaselError|ReplyError|store-corrupt|Expected |evalsha|easel[:}]|\.ts\b|Unexpected|undefined|no json/;
const everySaid = () =>
  [...easel.twin.world.channels.keys()].flatMap((id) =>
    [...easel.twin.world.messagesIn(id).values()].map((message) => JSON.stringify([message.content, message.embeds])),
  );

test('with every key of another type the roles start; an unfinished interaction that cannot be read is dropped', async () => {
  for (const [family, key] of Object.entries(met)) {
    if (family !== 'intents' && family !== 'intentTimes') await poisons(family as KeyFamily)[0]?.[1](key);
  }
  await redis.set(redisKeys.presence(SEED_IDS.bot), 'garbage');
  const intents = { '111': 'no json', '112': '{"id":"112"}', '113': '{"id":"999","type":2}', '114': '[]' };
  await redis.hset(redisKeys.intents, intents);
  for (const id of Object.keys(intents)) await redis.zadd(redisKeys.intentTimes, 1, id);
  await easel.startBot();
  await easel.startWorker(engine);
  await easel.startDeliverer({ repairEveryMs: 300, repairOlderThanMs: 1000 });
  await until(async () => (await redis.hlen(redisKeys.intents)) === 0);
  expect(await redis.zcard(redisKeys.intentTimes)).toBe(0);
  expect(await imagine()).toMatchObject({ attachments: [], flags: 64 });
  for (const key of Object.values(met)) await redis.del(key);
  await redis.set(redisKeys.terms(member), '1');
  // The lease of nobody was given an end.
  expect(isPicture(await imagine())).toBe(true);
}, 60_000);

test('every family of keys is looked at', () => {
  const seen = [...Object.keys(met), ...ofAJob, ...unforeseen].sort();
  expect(seen).toEqual(Object.keys(keyTypes).sort());
});

test('a request is painted or refused in plain words, and what was refused names its key in the log', async () => {
  const outcomes: Record<string, string> = {};
  for (const family of Object.keys(met) as KeyFamily[]) {
    const key = met[family] ?? '';
    for (const [name, poison] of poisons(family)) {
      const before = await redis.dumpBuffer(key);
      await redis.del(key);
      await poison(key);
      log.length = 0;
      const what = `${family}, ${name}`;
      const answer = await imagine().catch(() => null);
      if (answer === null) {
        outcomes[what] = 'no answer';
      } else if (isPicture(answer)) {
        // A stranger's server in the set is no reason.
        const isHarmless = family === 'pausedGuilds' && name === 'members';
        if (closed.has(family) && !isHarmless) outcomes[what] = 'painted';
      } else {
        if (raw.test(answer.content)) outcomes[what] = answer.content;
        // Refusals that the record itself means (a ban is a ban) are no failures; still the key is named.
        const isNamed = () => log.some((line) => line.includes(key));
        if (family !== 'terms' && !isNamed())
          await vi
            .waitFor(() => expect(isNamed()).toBe(true), 2000)
            .catch(() => {
              outcomes[what] = `not named: ${answer.content}`;
            });
      }
      await redis.del(key);
      if (before) await redis.restore(key, 0, before, 'REPLACE');
      await redis.del(
        redisKeys.memberOpen(member),
        redisKeys.running(member),
        redisKeys.open(queue),
        redisKeys.flows(queue),
      );
    }
  }
  expect(outcomes).toEqual({});
}, 180_000);

const pressed = (message: WireMessage, button: string) => ada.click(message, button).answer(isOver, 15_000);
const jobIdOf = (message: WireMessage) => until(() => redis.get(redisKeys.message(message.id)));

test('a button on a request that cannot be read is refused in plain words; one poisoned job does not stop the others', async () => {
  const answer = await imagine();
  const jobId = await jobIdOf(answer);
  const key = redisKeys.job(jobId);
  const data = (await redis.hget(key, 'data')) ?? '';
  for (const text of Object.values(strings)) {
    await redis.hset(key, 'data', text);
    log.length = 0;
    const told = await pressed(answer, '🔄');
    expect(told).toMatchObject({ flags: 64, attachments: [] });
    expect(told.content).toContain('no longer have the request');
    expect(log.join('')).toContain(key);
    for (const press of await redis.keys(redisKeys.press('*'))) await redis.del(press);
  }
  await redis.hset(key, 'data', data);
  for (const [poisoned, heal] of [
    [key, async () => void (await redis.hset(key, 'data', data, 'state', 'done'))],
    [redisKeys.children(jobId), async () => undefined],
  ] as const) {
    await redis.set(poisoned, 'garbage');
    log.length = 0;
    expect((await pressed(answer, '🔄')).content).toContain('went wrong on my side');
    expect(log.join('')).toContain(poisoned);
    await redis.del(poisoned);
    await heal();
    for (const press of await redis.keys(redisKeys.press('*'))) await redis.del(press);
  }
  await redis.del(redisKeys.message(answer.id));
  await redis.rpush(redisKeys.message(answer.id), 'x');
  log.length = 0;
  const shown = await ada
    .contextMenu(answer, 'Picture info')
    .answer(({ content, embeds }) => content !== '' || embeds.length > 0);
  expect(shown.flags).toBe(64);
  // Repair meets a job whose record is no record, and takes up the next one all the same.
  await redis.set(redisKeys.job('0000000000aa'), 'garbage');
  await redis.zadd(redisKeys.undelivered, 1, '0000000000aa');
  await redis.del(`${redisKeys.undelivered}:lock`);
  await vi.waitFor(() => expect(log.join('')).toContain(redisKeys.job('0000000000aa')), 5000);
  await redis.zrem(redisKeys.undelivered, '0000000000aa');
  expect(isPicture(await imagine())).toBe(true);
});

test('an error behind a button is told to its presser alone, and the message keeps its words and buttons', async () => {
  const mona = easel.actor('mona');
  const card = await mona.runCommand('general', '/admin queue').answer(({ components }) => components.length > 0);
  await redis.set(redisKeys.pausedGuilds, 'garbage');
  mona.click(card, 'Pause');
  const told = await mona.waitForMessage(
    'general',
    ({ content, flags }) => content.includes('went wrong on my side') && (flags & 64) !== 0,
  );
  expect(told.embeds).toEqual([]);
  expect(mona.see(card)).toMatchObject({ content: card.content, components: card.components, embeds: card.embeds });
  await redis.del(redisKeys.pausedGuilds);
});

test('a stored picture that is not the one that was checked is posted by nobody', async () => {
  const foreign = Buffer.from(await encodePng(proceduralPicture(99, 128, 128)));
  const answer = await imagine({ count: 2 });
  const jobId = await jobIdOf(answer);
  for (const [index, bytes] of [foreign, Buffer.from(huge)].entries()) {
    const key = redisKeys.picture(`{${jobId}}/tile-${index}`);
    expect(await redis.exists(key)).toBe(1);
    await redis.set(key, bytes);
    log.length = 0;
    const single = await pressed(answer, `U${index + 1}`);
    expect(log.join('')).toContain(key);
    // Cut out of the posted message, checked and marked anew.
    const posted = new Uint8Array(await (await fetch(single.attachments[0]!.url)).arrayBuffer());
    expect(posted.length === foreign.length && foreign.equals(posted)).toBe(false);
    expect((await readPicture(posted)).width).toBe(128);
  }
});

test('the filter says no while one of its entries cannot be read', async () => {
  const filter = [{ id: 'a1', kind: 'pattern' as const, text: '(((', action: 'refuse' as const }];
  await createGuildSettings(redis).update(guild, { filter });
  log.length = 0;
  const told = await imagine();
  expect(told).toMatchObject({ flags: 64, attachments: [] });
  expect(told.content).toContain('until a manager takes it out');
  expect(log.join('')).toContain('a1');
  await easel.actor('olga').runCommand('general', '/admin filter remove', { entry: 'a1' }).answer(isOver);
  expect(isPicture(await imagine())).toBe(true);
});

test('retention goes round what it cannot read, and /privacy delete deletes it', async () => {
  const gone = redisKeys.favourites('555');
  await redis.zadd(gone, 1, 'nojob/0');
  await redis.set(redisKeys.favourites('444'), 'garbage');
  await redis.set(redisKeys.memberJobs(member), 'garbage');
  await redis.hset(redisKeys.takedowns, 'x', 'no json {');
  await redis.zadd(redisKeys.departures, 1, '4242');
  await redis.set(redisKeys.guildSettings('4242'), 'no json {');
  log.length = 0;
  // Without an end it was nobody's: it gets one, and is gone with it.
  await redis.set(redisKeys.retention, 'garbage');
  await vi.waitFor(async () => expect(await redis.pttl(redisKeys.retention)).toBeGreaterThan(0), 5000);
  await redis.del(redisKeys.retention);
  await vi.waitFor(async () => expect(await redis.exists(gone, redisKeys.guildSettings('4242'))).toBe(0), 5000);
  expect(log.join('')).toContain(redisKeys.favourites('444'));
  const card = await ada.runCommand('general', '/privacy delete').answer((message) => message.components.length > 0);
  const button = card.components.flatMap((row) => row.components ?? []).find(({ style }) => style === 4);
  ada.click(card, String(button?.label));
  await vi.waitFor(async () => expect(await redis.exists(redisKeys.memberJobs(member))).toBe(0), 5000);
});

test('no word of an exception reached anybody', () => {
  expect(everySaid().length).toBeGreaterThan(50);
  expect(everySaid().filter((text) => raw.test(text))).toEqual([]);
});
