// Thousands of interactions that make no sense, through the real bot: every one that can be answered is answered once and plainly, by
// Discord's rules, and whatever cannot be read is refused or dropped without a trace of harm.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { components } from '../../commands/components/index.ts';
import { readInteraction } from '../../src/discord/read-interaction.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { Interaction } from '../../src/playground/state/types.ts';
import { createRandom } from '../../src/proofs/random.ts';
import { type Harness, startHarness } from '../e2e/harness.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { deliver, paint, payloadOf, register } from './forge.ts';
import { createFuzz, type Fuzzed } from './fuzz.ts';

const count = 10_000;
const atOnce = 50;
const seed = 20_261_126;

const lines: string[] = [];
let easel: Harness;
let bot: Awaited<ReturnType<Harness['startBot']>>;
beforeAll(async () => {
  easel = await startHarness({
    twin: { rateLimits: false },
    environment: { EASEL_MAX_WAITING_PER_MEMBER: '3', EASEL_MAX_QUEUE: '20' },
    logs: { write: (line) => lines.push(line) },
  });
});
afterAll(() => easel.close());

test(`${count} fuzzed interactions are answered once each, and nothing breaks`, async () => {
  await easel.startWorker(openSketchEngine({ stepMs: 1 }));
  bot = await easel.startBot();
  bot.client.rest.options.globalRequestsPerSecond = 100_000;
  await easel.startDeliverer();
  const { world } = easel.twin;
  const open = await paint(world, bot, { prompt: 'a lighthouse' });
  const secret = await paint(world, bot, { prompt: 'a secret garden', private: true });

  const random = createRandom(seed);
  const registered = [...world.commands.values()].map(({ name, type, body }) => ({
    name,
    type,
    options: body.options ?? [],
  }));
  const fuzz = createFuzz(random, {
    commands: registered,
    componentIds: components.map(({ id }) => id),
    jobIds: [open.jobId, secret.jobId, '000000000000', 'zzzzzzzzzzzz'],
    userIds: [...Object.values(SEED_IDS.users), SEED_IDS.bot, '1', '99999999999999999999'],
    messages: { [open.message.id]: open.message, [secret.message.id]: secret.message },
  });

  const { general, directMessages } = SEED_IDS.channels;
  const users = Object.values(SEED_IDS.users);
  function arrive({ type, data }: Fuzzed): Interaction {
    const isDirect = random.below(4) === 0;
    const pressed = random.below(20) > 0 && (type === 3 || type === 5) && !isDirect ? open.message : undefined;
    return register(world, {
      type,
      data,
      userId: isDirect ? SEED_IDS.users.ada : (users[random.below(users.length)] ?? ''),
      channelId: isDirect ? directMessages.ada : general,
      ...(pressed ? { message: pressed } : {}),
    });
  }

  const startedAt = performance.now();
  let answered = 0;
  let dropped = 0;
  const silent: Interaction[] = [];
  for (let done = 0; done < count; done += atOnce) {
    const waiting: Interaction[] = [];
    for (let index = 0; index < atOnce; index += 1) {
      const interaction = arrive(fuzz.next());
      const whole = payloadOf(world, interaction);
      const payload = random.below(3) === 0 ? fuzz.damage(whole) : whole;
      const read = readInteraction(payload);
      if (read?.id === interaction.id && read.token === interaction.token) waiting.push(interaction);
      else dropped += 1;
      deliver(bot, payload);
    }
    const deadline = Date.now() + (silent.length > 3 ? 2000 : 20_000);
    while (waiting.some(({ status }) => status === 'waiting') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 2));
    silent.push(...waiting.filter(({ status }) => status === 'waiting'));
    answered += waiting.length;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await bot.close();
  console.log(`${count} fuzzed interactions: ${answered} answered, ${dropped} dropped, in ${seconds.toFixed(1)} s`);

  // A damaged link or picture is said in a sentence of its own; after a damaged application id (10015), or under a message deleted meanwhile (10008), what follows goes nowhere.
  // A pressed message without its attachments shows no picture to go on from.
  const foreseen = [
    ...[10008, 10015, 'download-failed', 'inference-failed', 'image-unreadable', 'image-too-large'],
    'store-unavailable',
  ];
  const failures = lines
    .map((line) => JSON.parse(line))
    .filter(({ msg, err }) => msg === 'interaction failed' && !foreseen.includes(err?.code));
  expect(silent.slice(0, 5).map(({ type, data }) => JSON.stringify({ type, data }))).toEqual([]);
  // Otherwise most of it never got beyond the door.
  expect(answered).toBeGreaterThan(count / 2);
  // What was damaged in its type, too, says no longer that only choices would be an answer: it gets a refusal, as all that cannot be read.
  const wantsChoices = /^invalid-form: POST \/interactions\/.*Value must be one of \{8\}/;
  const violations = easel.violations('no-acknowledgement', 'late-acknowledgement');
  expect(violations.filter((line) => !wantsChoices.test(line)).slice(0, 20)).toEqual([]);
  // A form of refusal that is not foreseen would be a failure, with an error id.
  expect(failures.slice(0, 5)).toEqual([]);
}, 900_000);
