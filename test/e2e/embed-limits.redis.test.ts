// Cards about the longest requests there can be, in every language: Discord refuses a message whose embeds hold more than 6,000 characters
// together, and so does the twin.

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { insertPngText } from '../../src/image/png-text.ts';
import type { GenerateJob } from '../../src/jobs/generate-job.ts';
import { hardLimits } from '../../src/jobs/paint-request.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { acceptJob } from '../../src/queue/job-queue.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { textsFor } from '../../src/texts/index.ts';
import { testJobId } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const patienceMs = 90_000;
let easel: Harness;
let redis: Awaited<ReturnType<typeof connect>>;
let ada: Actor;
let ben: Actor;
let mona: Actor;
let posted: WireMessage;
/** Four files of the picture behind `posted` in one message, and three of another tool's. */
let ours: WireMessage;
let others: WireMessage;

function charactersOf({ title = '', description = '', footer, fields = [] }: WireMessage['embeds'][number]): number {
  const texts = [title, description, footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])];
  return texts.join('').length;
}

/** Signs that markdown knows are escaped, so that they count twice. */
const weighted = (length: number) =>
  Array.from({ length: 200 }, (_, index) => `(_*a*_${index}:1.2)`)
    .join(', ')
    .slice(0, length);
const longName = '_'.repeat(100);
const loras = ' <lora:add_detail_xl_v2_final:0.8> <lora:epi_noise_offset_v2:0.5> <lora:more_details_2:0.4>';

/** The request behind a picture as long as one can be, with ten pictures made of it. */
async function makeLong(job: GenerateJob): Promise<void> {
  const prompt = `${weighted(hardLimits.promptCharacters - loras.length)}${loras}`;
  const request = {
    ...job.request,
    prompt,
    negativePrompt: weighted(hardLimits.promptCharacters),
    modelName: longName,
  };
  const requester = { ...job.requester, displayName: longName };
  await redis.hset(redisKeys.job(job.jobId), 'data', JSON.stringify({ ...job, request, requester }));
  const jobs = createJobStore(redis);
  for (let child = 0; child < 10; child += 1) {
    const jobId = testJobId();
    await acceptJob(redis, { ...job, jobId, parent: { jobId: job.jobId, tile: -1 } }, 30);
    await jobs.setMessage(jobId, { channelId: '1234567890123456789', messageId: `123456789012345678${child}` });
  }
}

beforeAll(async () => {
  easel = await startHarness();
  [ada, ben, mona] = (['ada', 'ben', 'mona'] as const).map((name) => easel.actor(name)) as [Actor, Actor, Actor];
  await easel.startWorker(openSketchEngine({ stepMs: 1 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
  posted = await ada
    .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 2, count: 1 })
    .answer(isDone, patienceMs);
  const { job } = await vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(posted.id);
    if (!record?.deliveredAt) throw new Error('not there yet');
    return record;
  }, 10_000);
  await makeLong(job);
  const bytes = await ada.download(posted.attachments[0]!);
  ours = ben.send('general', 'look', { files: [1, 2, 3, 4].map((index) => ({ filename: `${index}.png`, bytes })) });
  const parameters = `${weighted(588)}\nNegative prompt: ${weighted(588)}\nSteps: 28, Sampler: DPM++ 2M, CFG scale: 6.5, ${Array.from(
    { length: 12 },
    (_, index) => `Setting number ${index}: ${`value_${index} `.repeat(8)}`,
  ).join(', ')}`;
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const foreign = Buffer.from(insertPngText(png, { parameters }));
  others = ben.send('general', 'look', {
    files: [1, 2, 3].map((index) => ({ filename: `${'name_'.repeat(20)}${index}.png`, bytes: foreign })),
  });
}, 120_000);
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

describe.each(['en-US', 'de', 'fr', 'es-ES', 'ja'])('in %s', (locale) => {
  const texts = textsFor(locale);
  const cards = (message: WireMessage) => message.embeds.length > 0;

  test('everything about a picture, about other tools’ pictures and about an origin is a message that Discord takes', async () => {
    for (const member of [ada, mona]) member.setLocale(locale);
    const info = await ada.click(posted, 'ℹ️').answer(cards, patienceMs);
    expect(info.embeds[0]?.title).toBe(texts.info.title);
    // The command to copy ends as it began, whatever was left out of it, and the family is complete.
    expect(info.embeds[0]?.description).toMatch(/\n```\n\/[^`]+…\n```$/);
    expect(info.embeds[0]?.fields?.at(-1)?.value).toContain('channels');
    const picture = await ada.contextMenu(others, 'Picture info').answer(cards, patienceMs);
    expect(picture.embeds).toHaveLength(3);
    const origin = await mona.contextMenu(ours, 'Check origin').answer(cards, patienceMs);
    expect(origin.embeds).toHaveLength(4);
    const sizes = [info, picture, origin].map(({ embeds }) =>
      embeds.reduce((sum, embed) => sum + charactersOf(embed), 0),
    );
    // Each had to be cut, and no more of it than was too much.
    for (const size of sizes) expect(size).toBeGreaterThan(5900);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(6000);
    expect(easel.violations()).toEqual([]);
  }, 120_000);
});
