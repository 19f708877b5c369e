// Several models side by side: workers say which they hold, and members choose among them.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor, Options } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobStore, type JobStore } from '../../src/store/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const ink = { name: 'ink-wash', hash: 'a1'.repeat(32), nativeSize: 192, defaults: { guidanceScale: 4 } };
let easel: Harness;
let ada: Actor;
let jobs: JobStore;
let quit: () => void;

beforeEach(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  jobs = createJobStore(redis);
  quit = () => redis.disconnect();
});
afterEach(async () => {
  quit();
  await easel.close();
});

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const paint = (options: Options) => ada.runCommand('general', '/imagine', options).answer(isDone, 30_000);
const recordOf = (message: WireMessage) =>
  vi.waitFor(async () => {
    const record = await jobs.findByMessage(message.id);
    if (!record) throw new Error('no job behind this message');
    return record;
  });
const said = async (options: Options, command = '/imagine') =>
  (await ada.runCommand('general', command, options).answer((message) => message.content !== '')).content;
const listed = async () =>
  (await ada.runCommand('general', '/models').answer((message) => message.embeds.length > 0)).embeds[0]?.description;

async function startBoth() {
  await easel.startWorker(openSketchEngine({ stepMs: 2 }), 'sketcher');
  const inker = await easel.startWorker(openSketchEngine({ stepMs: 2, ...ink }), 'inker');
  await easel.startBot();
  await easel.startDeliverer();
  return inker;
}

test('a job goes to a worker that holds its model, chosen by option or flag, at the size that model was made for', async () => {
  await startBoth();
  const byOption = await recordOf(await paint({ prompt: 'a fox', model: 'ink-wash', steps: 2, count: 1 }));
  expect(byOption.job.request).toMatchObject({ modelHash: ink.hash, modelName: 'ink-wash', width: 192, height: 192 });
  expect(byOption.result?.workerId).toBe('inker');
  const byFlag = await recordOf(await paint({ prompt: 'a fox --model InkWash --count 1 --steps 2' }));
  expect(byFlag.result?.workerId).toBe('inker');
  const plain = await recordOf(await paint({ prompt: 'a fox', steps: 2, count: 1 }));
  expect(plain.job.request).toMatchObject({ modelName: 'sketch', width: 256, guidanceScale: 7.5 });
  expect(plain.result?.workerId).toBe('sketcher');
  expect(easel.violations()).toEqual([]);
});

test('a new try keeps the model, and Info names it in the command to copy', async () => {
  await startBoth();
  const posted = await paint({ prompt: 'a fox', model: 'ink-wash', steps: 2, count: 1 });
  const again = await recordOf(await ada.click(posted, '🔄').answer(isDone, 30_000));
  expect(again.result?.workerId).toBe('inker');
  const info = await ada.click(posted, 'Info').answer((message) => message.embeds.length > 0);
  expect(info.embeds[0]?.description).toContain('model:ink-wash');
  // The model's own default, where nobody said another one, and said as what was used.
  expect(posted.content).toContain('guidance 4 ');
  expect(again.job.request.guidanceScale).toBe(4);
  expect(info.embeds[0]?.description).toContain('guidance:4');
  const remixed = ada.click(posted, 'Remix');
  const form = await remixed.modal();
  const changed = await recordOf(
    await ada.submitModal(form, { prompt: 'a fox --model sketch' }).answer(isDone, 30_000),
  );
  expect(changed.job.request.modelName).toBe('sketch');
});

test('autocomplete and /models follow the workers', async () => {
  await easel.startWorker(openSketchEngine({ stepMs: 2 }), 'sketcher');
  await easel.startBot();
  const choices = (typed: string) => ada.autocomplete('general', '/imagine', { prompt: 'a', model: typed }, 'model');
  expect(await choices('').choices()).toEqual([{ name: 'sketch (256 px, default)', value: 'sketch' }]);
  expect(await said({ prompt: 'a fox', model: 'ink-wash' })).toBe(
    'There is no model `ink-wash` here. There is `sketch`.',
  );

  await easel.startWorker(openSketchEngine({ stepMs: 2, ...ink }), 'inker');
  await vi.waitFor(
    async () => expect(await choices('INK').choices()).toEqual([{ name: 'ink-wash (192 px)', value: 'ink-wash' }]),
    10_000,
  );
  const list = await listed();
  expect(list).toContain('**sketch** · `cdcdcdcdcdcd` · 256 px · default');
  expect(list).toContain('**ink\\-wash** · `a1a1a1a1a1a1` · 192 px\n-# 25 steps · guidance 4 · DPM++ 2M Karras');
  expect(list).toContain('guidance 7.5');
  expect(easel.violations()).toEqual([]);
});

test('a member keeps a model as default', async () => {
  await startBoth();
  await ada
    .runCommand('general', '/settings', { model: 'ink-wash' })
    .answer((message) => message.embeds[0]?.description?.includes('ink') ?? false);
  const record = await recordOf(await paint({ prompt: 'a fox', steps: 2, count: 1 }));
  expect(record.result?.workerId).toBe('inker');
});

test('LoRAs: by option or tag, offered by autocomplete, shown by Info, refused by name where they do not fit', async () => {
  const line = { name: 'Line art', unfit: null };
  const big = { name: 'big', unfit: { reason: 'xl', detail: 'lora_te2_x' } } as const;
  const embeddings = [
    { name: 'bad-hands', unfit: null },
    { name: 'old-words', unfit: { reason: 'width', detail: '1024 ≠ 768' } },
  ] as const;
  await easel.startWorker(
    openSketchEngine({ stepMs: 2, loras: [line, big, { name: 'alone', unfit: null }], embeddings }),
    'one',
  );
  await easel.startWorker(openSketchEngine({ stepMs: 2, loras: [line, big], embeddings }), 'two');
  await easel.startBot();
  await easel.startDeliverer();
  const choices = (lora: string) => ada.autocomplete('general', '/imagine', { prompt: 'a', lora }, 'lora').choices();
  // What one of two workers lacks is not on offer.
  await vi.waitFor(async () => expect(await choices('')).toEqual([{ name: 'Line art', value: 'Line art' }]), 10_000);
  expect(await choices('line:0.6')).toEqual([{ name: 'Line art:0.6', value: 'Line art:0.6' }]);

  const posted = await paint({ prompt: 'a fox <lora:line art:0.3>', lora: 'Line art:0.6', steps: 2, count: 1 });
  expect((await recordOf(posted)).job.request.prompt).toBe('a fox <lora:Line art:0.6>');
  expect(posted.content).toContain('`<lora:line art:0.3>` was ignored');
  const info = await ada.click(posted, 'Info').answer((message) => message.embeds.length > 0);
  const field = (name: string) => info.embeds[0]?.fields?.find((one) => one.name === name)?.value;
  expect(field('Prompt')).toBe('a fox');
  expect(field('LoRA')).toBe('Line art ×0.6');
  expect(info.embeds[0]?.description).toContain('prompt:a fox <lora:Line art:0.6>');
  expect(await listed()).toContain('LoRA: `Line art`\n-# embeddings: `bad-hands`');
  const old = await paint({ prompt: 'a fox, old-words', negative: 'bad-hands', steps: 2, count: 1 });
  expect(old.content).toContain('`old-words` was read as words');
  expect(old.content).not.toContain('`bad-hands`');

  expect(await said({ prompt: 'a fox <lora:big>' })).toBe(
    'The LoRA `big` cannot be used with this model: it was made for Stable Diffusion XL (`lora_te2_x`).',
  );
  expect(await said({ prompt: 'a fox', lora: 'sketchy' })).toBe(
    'There is no LoRA `sketchy` for this model. There is `Line art`.',
  );
  expect(await said({ prompt: 'a fox <lora:Line art:9>' })).toContain('I cannot read `<lora:Line art:9>`');
  expect(await said({ prompt: 'a fox', negative: '<lora:Line art>' })).toContain('belongs into the prompt');
  expect(easel.violations()).toEqual([]);
});
