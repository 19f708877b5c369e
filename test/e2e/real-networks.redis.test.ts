// The whole way once more with the built-in miniature: real ONNX sessions in their own thread, the real checker, real marks.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RandomWeights } from '../../src/bench/random-weights.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readMarks } from '../../src/diffusion/watermark/mark.ts';
import { readPngText } from '../../src/image/png-text.ts';
import type { Engine } from '../../src/inference/engine.ts';
import { openThreadedEngine } from '../../src/inference/threaded.ts';
import { engineOptions } from '../../src/launcher/engine-options.ts';
import { miniatureSource, resolveModel } from '../../src/launcher/resolve-model.ts';
import { writeManifest } from '../../src/model-import/manifest.ts';
import type { Actor } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { floats, writeSafetensors } from '../model-import/files.ts';
import { loadPicture } from '../support/fixtures.ts';
import { type Harness, startHarness } from './harness.ts';

const isThere = existsSync(miniatureSource().checkpoint);
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');

describe.skipIf(!isThere)(`with real networks${isThere ? '' : ' (skipped: models/miniature is absent)'}`, () => {
  let easel: Harness;
  let engine: Engine;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'easel-e2e-'));
    const config = parseConfig({
      EASEL_DATA_DIR: dataDir,
      EASEL_PROVIDER: 'cpu',
      EASEL_AESTHETICS_FILE: join(dataDir, 'head.safetensors'),
    });
    writeHead(192);
    // A low-rank change of one projection of the miniature, strong enough to be seen.
    mkdirSync(join(dataDir, 'loras'));
    const layer = 'lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_out_0';
    const random = new RandomWeights(3);
    writeSafetensors(join(dataDir, 'loras', 'ink.safetensors'), {
      [`${layer}.alpha`]: floats([1], [400]),
      [`${layer}.lora_down.weight`]: floats([4, 192], [...random.next('down', [4, 192])]),
      [`${layer}.lora_up.weight`]: floats([192, 4], [...random.next('up', [192, 4])]),
    });
    const { adapters, ...options } = engineOptions(config, await resolveModel(config));
    engine = await openThreadedEngine({
      ...options,
      ...(adapters ? { adapters: { ...adapters, lookEveryMs: 300 } } : {}),
    });
    easel = await startHarness({ model: engine.model });
    await easel.startWorker(engine);
    await easel.startBot();
    await easel.startDeliverer();
  });
  afterAll(async () => {
    await easel?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** An aesthetics head of random weights: what it says means nothing, and it says it of every picture. */
  function writeHead(width: number): void {
    const random = new RandomWeights(5);
    const layer = (n: number, outputs: number, inputs: number) => ({
      [`layers.${n}.weight`]: floats([outputs, inputs], [...random.next(`w${n}`, [outputs, inputs])]),
      [`layers.${n}.bias`]: floats([outputs], [...random.next(`b${n}`, [outputs])]),
    });
    const tensors = { ...layer(0, 16, width), ...layer(2, 4, 16), ...layer(4, 1, 4) };
    writeSafetensors(join(dataDir, 'head.safetensors'), tensors);
  }

  test('/imagine, U and V come from the model, marked, and the same seed paints the same picture', async () => {
    const ada = easel.actor('ada');
    const paint = () =>
      ada
        .runCommand('general', '/imagine', { prompt: 'a red circle', seed: 11, steps: 8, count: 2 })
        .answer((message) => message.content.includes('AI-generated'), 90_000);
    const grid = await paint();
    await expectStar(ada, grid);
    const sheet = await ada.download(grid.attachments[0]!);
    expect(readMarks(await loadPicture(sheet)).referenceAccuracy).toBeGreaterThan(0.9);
    const again = await loadPicture(await ada.download((await paint()).attachments[0]!));
    const first = await loadPicture(sheet);
    // Marks carry different trace ids; the pictures beneath are the same.
    const differing = first.data.filter((value, index) => Math.abs(value - (again.data[index] ?? 0)) > 24).length;
    expect(differing / first.data.length).toBeLessThan(0.01);
    const open = [1, 2].find((tile) => !grid.content.includes(`#${tile}`));
    if (open !== undefined) {
      const single = await ada.click(grid, `U${open}`).answer(isDone, 30_000);
      expect(single.message_reference?.message_id).toBe(grid.id);
      const variation = await ada.click(grid, `V${open}`).answer(isDone, 90_000);
      expect(variation.message_reference?.message_id).toBe(grid.id);
    }
    expect(easel.violations()).toEqual([]);
  });

  /** The star is where the scores say, on the button, in the text and in Info. */
  async function expectStar(ada: Actor, grid: WireMessage) {
    const info = await ada.click(grid, 'Info').answer((message) => message.embeds.length > 0);
    const said =
      info.embeds[0]?.fields?.find(({ name }) => name === 'Aesthetics score')?.value.replaceAll('\u00a0', ' ') ?? '';
    const scores = [...said.matchAll(/#(\d) (-?\d+\.\d\d)/g)].map(([, tile, score]) => ({
      tile,
      score: Number(score),
    }));
    expect(scores.length).toBeGreaterThan(0);
    const [first, second] = scores.sort((a, b) => b.score - a.score);
    const best = first && second && first.score > second.score ? first.tile : null;
    const labels = grid.components.flatMap((row) => row.components ?? []).flatMap(({ label }) => label ?? []);
    expect(labels.filter((label) => label.includes('★'))).toEqual(best === null ? [] : [`U${best} ★`]);
    expect(/★ #(\d)/.exec(grid.content)?.[1] ?? null).toBe(best);
    expect(said.includes(`#${best} ${first?.score.toFixed(2)} ★`)).toBe(best !== null);
  }

  test('a head for other embeddings than the checker’s is refused at the start, naming both widths', async () => {
    writeHead(768);
    const config = parseConfig({
      EASEL_DATA_DIR: dataDir,
      EASEL_PROVIDER: 'cpu',
      EASEL_AESTHETICS_FILE: join(dataDir, 'head.safetensors'),
    });
    await expect(openThreadedEngine(engineOptions(config, await resolveModel(config)))).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringMatching(/192 numbers, as the safety checker of miniature makes them.* reads 768/),
    });
  });

  test('a LoRA of the folder changes the picture and stands in its text', async () => {
    const ada = easel.actor('ada');
    const paint = async (prompt: string) => {
      const options = { prompt, seed: 11, steps: 4, count: 1 };
      const posted = await ada.runCommand('general', '/imagine', options).answer(isDone, 90_000);
      return ada.download(posted.attachments[0]!);
    };
    const [plain, inked] = [await paint('a red house'), await paint('a red house <lora:Ink:1.5>')];
    const text = readPngText(inked).parameters ?? '';
    expect(text).toContain('a red house <lora:Ink:1.5>\n');
    // Nobody said a guidance scale: the miniature's own, said as the value that was used.
    const shipped = JSON.parse(readFileSync(miniatureSource().defaults, 'utf8')).guidanceScale;
    expect(text).toContain(`CFG scale: ${shipped},`);
    expect(text).toMatch(/Lora hashes: "ink: [0-9a-f]{12}"/);
    const [a, b] = [await loadPicture(plain), await loadPicture(inked)];
    const differing = a.data.filter((value, index) => Math.abs(value - (b.data[index] ?? 0)) > 24).length;
    expect(differing / a.data.length).toBeGreaterThan(0.02);
    expect(readdirSync(join(dataDir, 'cache', 'loras', engine.model.hash.slice(0, 16)))).toHaveLength(1);
  });

  test('a LoRA and an embedding that come while it runs are offered and painted with', async () => {
    const ada = easel.actor('ada');
    mkdirSync(join(dataDir, 'embeddings'));
    const vector = [...new RandomWeights(7).next('dusk', [192])];
    const embedding = writeSafetensors(join(dataDir, 'embeddings', 'dusk-mood.safetensors'), {
      emb_params: floats([1, 192], vector),
    });
    copyFileSync(join(dataDir, 'loras', 'ink.safetensors'), join(dataDir, 'loras', 'late.safetensors'));
    // The worker looks at its folders and says what it holds every few seconds.
    await vi.waitFor(
      async () => {
        const list = await ada.runCommand('general', '/models').answer((message) => message.embeds.length > 0, 20_000);
        expect(list.embeds[0]?.description).toMatch(/LoRA: `ink`, `late`\n-# embeddings: `dusk-mood`/);
      },
      { timeout: 60_000, interval: 2000 },
    );
    const options = { prompt: 'a house, dusk-mood <lora:late:0.5>', seed: 3, steps: 1, count: 1 };
    const posted = await ada.runCommand('general', '/imagine', options).answer(isDone, 90_000);
    const text = readPngText(await ada.download(posted.attachments[0]!)).parameters ?? '';
    const hash = createHash('sha256').update(readFileSync(embedding)).digest('hex').slice(0, 12);
    expect(text).toContain(`TI hashes: "dusk-mood: ${hash}"`);
    expect(text).toMatch(/Lora hashes: "late: [0-9a-f]{12}"/);
  });

  test('a change of the shipped defaults reaches a model that was imported before, without another import', async () => {
    const config = parseConfig({ EASEL_DATA_DIR: dataDir, EASEL_PROVIDER: 'cpu' });
    const { path, manifest } = await resolveModel(config);
    const { defaults, ...before } = manifest;
    expect(defaults?.guidanceScale).toBeGreaterThan(1);
    await writeManifest(path, before);
    const since = statSync(join(path, 'unet', 'model.onnx')).mtimeMs;
    expect((await resolveModel(config, { verify: true })).manifest).toEqual(manifest);
    expect(statSync(join(path, 'unet', 'model.onnx')).mtimeMs).toBe(since);
  });
});
