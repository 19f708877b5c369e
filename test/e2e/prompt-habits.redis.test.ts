// What people try first who come from other tools: flags in the prompt, styles, several prompts at once.

import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Actor, Options } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobStore, type JobStore } from '../../src/store/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;
let jobs: JobStore;
let quit: () => void;

const stylesFile = join(tmpdir(), `easel-styles-${process.pid}.json`);

beforeEach(async () => {
  await writeFile(
    stylesFile,
    JSON.stringify([
      { name: 'House style', description: 'As our posters look', prompt: '{prompt}, bold', negative: 'grey' },
    ]),
  );
  easel = await startHarness({ environment: { EASEL_STYLES_FILE: stylesFile, EASEL_QUOTA_PER_MEMBER: '12' } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
  const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  jobs = createJobStore(redis);
  quit = () => redis.disconnect();
});
afterEach(async () => {
  quit();
  await easel.close();
});

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const paint = (options: Options, who = ada) => who.runCommand('general', '/imagine', options).answer(isDone, 30_000);
/** The message is there a moment before the record of where it is. */
async function requestBehind(message: WireMessage) {
  return vi.waitFor(async () => {
    const record = await jobs.findByMessage(message.id);
    if (!record) throw new Error('no job behind this message');
    return record.job.request;
  });
}
const refusal = async (options: Options) =>
  (await ada.runCommand('general', '/imagine', options).answer((message) => message.content !== '')).content;
const pages = (message: WireMessage) => message.embeds[0]?.description ?? '';

describe('flags in the prompt', () => {
  test('set what options set, and are no part of the words', async () => {
    const posted = await paint({
      prompt: 'a red house --no people, cars --seed 7 --ar 3:2 --steps 3 --guidance 5.5 --count 2 --tile by the sea',
    });
    expect(await requestBehind(posted)).toMatchObject({
      prompt: 'a red house by the sea',
      negativePrompt: 'people, cars',
      seed: 7,
      width: 320,
      height: 192,
      steps: 3,
      guidanceScale: 5.5,
      count: 2,
      seamless: true,
    });
    expect(posted.content).toContain('320×192');
    expect(posted.content).toContain('seamless');
    expect(easel.violations()).toEqual([]);
  });

  test('an unknown one is named in the refusal, a value out of range with its range', async () => {
    expect(await refusal({ prompt: 'a house --chaos 50' })).toContain('`--chaos`');
    expect(await refusal({ prompt: 'a house --steps 900' })).toMatch(/`--steps`.*1–150/);
    expect(await refusal({ prompt: 'a house --style nonsense' })).toContain('`nonsense`');
    expect(await refusal({ prompt: '--steps 5' })).toBe('Please say what to paint.');
    expect(await refusal({ prompt: 'a house --repeat 11' })).toMatch(/11 jobs.*10/);
  });

  test('an option that says something else wins, and the reply says so', async () => {
    const posted = await paint({ prompt: 'a house --seed 7 --steps 9 --count 1', seed: 8, steps: 3, count: 1 });
    expect(await requestBehind(posted)).toMatchObject({ seed: 8, steps: 3, count: 1 });
    expect(posted.content).toContain('`--seed` was ignored');
    expect(posted.content).toContain('`--steps` was ignored');
    expect(posted.content).not.toContain('--count');
  });

  test('words refused in the prompt are refused behind a flag', async () => {
    const plain = await refusal({ prompt: 'gore' });
    expect(await refusal({ prompt: 'a house --no porn', negative: 'porn' })).toBe(plain);
    expect(await refusal({ prompt: '{a house, gore}' })).toBe(plain);
  });

  test('--repeat starts that many jobs, each with a message of its own', async () => {
    await paint({ prompt: 'a house --repeat 3 --count 1 --steps 2 --seed 5' });
    await ada.waitUntil('three pictures', () => ada.messages('general').filter(isDone).length === 3, 30_000);
    const posted = ada.messages('general').filter(isDone);
    const seeds = await Promise.all(posted.map(async (message) => (await requestBehind(message)).seed));
    expect(seeds.sort()).toEqual([5, 6, 7]);
    expect(ada.messages('general')).toHaveLength(3);
    expect(easel.violations('rate-limited')).toEqual([]);
  });
});

describe('permutations', () => {
  test('are counted and shown to their author alone, and cost nothing before the yes', async () => {
    const card = await ada
      .runCommand('general', '/imagine', { prompt: '{red, blue} house --count 2 --steps 2' })
      .answer((message) => message.embeds.length > 0);
    expect(card.flags & 64).toBe(64);
    expect(card.embeds[0]?.title).toBe('This makes 2 jobs with 4 pictures.');
    expect(pages(card)).toContain('red house');
    expect(ben.messages('general')).toEqual([]);

    ada.click(card, 'Paint 2 jobs');
    await ben.waitUntil('two grids', () => ben.messages('general').filter(isDone).length === 2, 30_000);
    const prompts = await Promise.all(
      ben.messages('general').map(async (message) => (await requestBehind(message)).prompt),
    );
    expect(prompts.sort()).toEqual(['blue house', 'red house']);
    expect(ada.see(card)?.content).toBe('2 jobs started.');
    expect(easel.violations()).toEqual([]);
  });

  test('the yes is charged once, also where it is pressed again', async () => {
    // 12 pictures a day: 8 by the card leave 4.
    const card = await ada
      .runCommand('general', '/imagine', { prompt: '{red, blue} house --steps 2' })
      .answer((message) => message.embeds.length > 0);
    const again = { ...card };
    ada.click(card, 'Paint 2 jobs');
    await ada.waitUntil('two grids', () => ada.messages('general').filter(isDone).length === 2, 30_000);
    expect(() => ada.click(again, 'Paint 2 jobs')).toThrow();
    await paint({ prompt: 'the last', steps: 2 });
    expect(await refusal({ prompt: 'one too many', steps: 2 })).toContain('You have used your 12 pictures');
  });

  test('too many are refused with their number, and a no paints nothing', async () => {
    expect(await refusal({ prompt: '{a, b, c} {d, e, f, g} house' })).toMatch(/12 jobs.*10/);
    const card = await ada
      .runCommand('general', '/imagine', { prompt: '{red, blue} house' })
      .answer((message) => message.embeds.length > 0);
    const answer = await ada.click(card, 'Do not paint').answer((message) => message.content !== '');
    expect(answer.content).toBe('Nothing was painted.');
    expect(ben.messages('general')).toEqual([]);
  });

  test('of a private request stay private', async () => {
    const card = await ada
      .runCommand('general', '/imagine', { prompt: '{red, blue} house', count: 1, steps: 2, private: true })
      .answer((message) => message.embeds.length > 0);
    ada.click(card, 'Paint 2 jobs');
    await ada.waitUntil('two pictures', () => ada.messages('general').filter(isDone).length === 2, 30_000);
    expect(ben.messages('general')).toEqual([]);
    expect(easel.violations()).toEqual([]);
  });
});

describe('styles', () => {
  test('are suggested with a description, the operator’s own among them', async () => {
    const choices = await ada.autocomplete('general', '/imagine', { prompt: 'a', style: 'hou' }, 'style').choices();
    expect(choices).toEqual([{ name: 'House style: As our posters look', value: 'House style' }]);
  });

  test('put their words around the prompt and into the negative prompt', async () => {
    const byOption = await paint({ prompt: 'a boat --no people', style: 'House style', steps: 2 });
    const words = { prompt: 'a boat, bold', negativePrompt: 'people, grey', style: 'House style' };
    expect(await requestBehind(byOption)).toMatchObject(words);
    const byFlag = await paint({ prompt: 'a boat --style house-style --no people --steps 2' }, ben);
    expect(await requestBehind(byFlag)).toMatchObject(words);
    const info = await ben.click(byFlag, 'Info').answer((message) => message.embeds.length > 0);
    expect(info.embeds[0]?.fields?.find((field) => field.name === 'Style')?.value).toBe('House style');
  });
});

describe('Info', () => {
  test('shows the weights of a prompt, and a command that gives the same request again', async () => {
    const posted = await paint({ prompt: 'a (red:1.3) house, [fog], (storm) --ar 3:2 --steps 2 --seed 3 --tile' });
    const info = await ada.click(posted, 'Info').answer((message) => message.embeds.length > 0);
    const weights = info.embeds[0]?.fields?.find((field) => field.name === 'Weights')?.value;
    expect(weights).toBe('red ×1.3 · fog ×0.91 · storm ×1.1');
    const command = /```\n([\s\S]*)\n```/.exec(pages(info))?.[1] ?? '';
    const options = Object.fromEntries(
      [...command.matchAll(/(\w+):(.*?)(?=\s(?:negative|size|style|seed|steps|guidance|sampler|count):|$)/gs)].map(
        ([, name, value]) => [name, /^[\d.]+$/.test(value ?? '') ? Number(value) : value],
      ),
    );
    const { notes: _, ...again } = { notes: 0, ...(await requestBehind(await paint(options as Options, ben))) };
    expect(again).toEqual(await requestBehind(posted));
  });
});
