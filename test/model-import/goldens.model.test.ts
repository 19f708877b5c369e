import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { importModel } from '../../src/model-import/import.ts';
import type { Manifest } from '../../src/model-import/manifest.ts';
import { writeClipTokenizer } from '../../src/model-import/tokenizer-files.ts';
import { fixturePath, fixturesNote, fixtureTensors, hasFixtures } from '../support/fixtures.ts';
import { temporaryFolder } from './files.ts';

const folder = temporaryFolder();
const unpacked = join(folder, 'checkpoint');
const path = (name: string) => join(unpacked, name);
const models = join(folder, 'models');
const imported: Record<string, Manifest> = {};

/** Copies a folder of fixtures, unpacking what is gzipped. */
async function unpack(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) await unpack(source, join(to, entry.name));
    else if (entry.name.endsWith('.gz'))
      writeFileSync(join(to, entry.name.slice(0, -3)), gunzipSync(readFileSync(source)));
    else writeFileSync(join(to, entry.name), readFileSync(source));
  }
}

describe.skipIf(!hasFixtures)(`the reference's own numbers${fixturesNote}`, () => {
  beforeAll(async () => {
    await unpack(fixturePath('checkpoint'), unpacked);
    const safetyChecker = path('diffusers/safety_checker');
    const sources: Record<string, Partial<Parameters<typeof importModel>[0]> & { source: string }> = {
      ckpt: { source: path('tiny-sd-v1.ckpt'), safetyChecker },
      safetensors: { source: path('tiny-sd-v1.safetensors'), safetyChecker: path('diffusers') },
      diffusers: { source: path('diffusers') },
      half: { source: path('tiny-sd-v1-fp16.safetensors'), precision: 'fp16' },
    };
    for (const [name, options] of Object.entries(sources))
      imported[name] = await importModel({ outDir: join(models, name), ...options });
  });

  const sessions = new Map<string, ort.InferenceSession>();
  async function run(model: string, part: string, feeds: Record<string, ort.Tensor>) {
    const file = join(models, model, part, 'model.onnx');
    const session = sessions.get(file) ?? (await ort.InferenceSession.create(file, { logSeverityLevel: 3 }));
    sessions.set(file, session);
    return session.run(feeds);
  }
  const golden = (file: string) => {
    const tensors = fixtureTensors(file);
    const raw = (name: string) => tensors[name] ?? expect.fail(`${name} is not in ${file}`);
    return {
      names: Object.keys(tensors),
      floats: (name: string) => raw(name).floats,
      tensor: (name: string) => new ort.Tensor('float32', raw(name).floats, raw(name).shape),
      ids: (name: string) =>
        new ort.Tensor('int64', new BigInt64Array(raw(name).bytes.slice().buffer), raw(name).shape),
      numbers: (name: string) =>
        new ort.Tensor(
          'float32',
          Float32Array.from(new BigInt64Array(raw(name).bytes.slice().buffer), Number),
          raw(name).shape,
        ),
    };
  };
  const largestDifference = (tensor: ort.Tensor | undefined, expected: Float32Array): number => {
    const data = tensor?.data as Float32Array;
    expect(data.length).toBe(expected.length);
    return data.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i]!)), 0);
  };

  it('makes identical graphs and weights from .ckpt, .safetensors and diffusers folder', () => {
    const graphFiles = ({ files }: Manifest) =>
      Object.fromEntries(
        Object.entries(files)
          .filter(([name]) => name.includes('.onnx'))
          .map(([name, { sha256 }]) => [name, sha256]),
      );
    expect(graphFiles(imported.safetensors!)).toEqual(graphFiles(imported.ckpt!));
    expect(graphFiles(imported.diffusers!)).toEqual(graphFiles(imported.ckpt!));
  });

  it('understands the old names of the VAE attention', async () => {
    const source = join(folder, 'old-names');
    await cp(path('diffusers'), source, { recursive: true });
    await cp(path('diffusers-old-vae-names'), source, { recursive: true });
    const old = await importModel({ source, outDir: join(models, 'old-names') });
    expect(old.files['vae_decoder/model.onnx_data']).toEqual(imported.ckpt!.files['vae_decoder/model.onnx_data']);
  });

  it('text encoder: last and last-but-one layer within 1e-4', async () => {
    const { ids, floats } = golden('text-encoder.safetensors');
    const out = await run('ckpt', 'text_encoder', { input_ids: ids('input_ids') });
    for (const name of ['last_hidden_state', 'penultimate_hidden_state'])
      expect(largestDifference(out[name], floats(name)), name).toBeLessThan(1e-4);
    const half = await run('half', 'text_encoder', { input_ids: ids('input_ids') });
    expect(largestDifference(half.last_hidden_state, floats('fp16_weights_last_hidden_state'))).toBeLessThan(1e-4);
  });

  it('U-Net: every case within 1e-4', async () => {
    const g = golden('unet.safetensors');
    const cases = new Set(g.names.map((name) => /^case\d+/.exec(name)?.[0]).filter((name) => name !== undefined));
    expect(cases.size).toBeGreaterThan(0);
    for (const name of cases) {
      const feeds = {
        sample: g.tensor(`${name}.sample`),
        timestep: g.numbers(`${name}.timestep`),
        encoder_hidden_states: g.tensor(`${name}.context`),
      };
      expect(
        largestDifference((await run('ckpt', 'unet', feeds)).out_sample, g.floats(`${name}.eps`)),
        name,
      ).toBeLessThan(1e-4);
      const half = `fp16_weights.${name}.eps`;
      if (g.names.includes(half))
        expect(largestDifference((await run('half', 'unet', feeds)).out_sample, g.floats(half)), half).toBeLessThan(
          1e-4,
        );
    }
  });

  it('VAE: mean, log variance and picture within 1e-4', async () => {
    const g = golden('vae.safetensors');
    const cases = new Set(g.names.map((name) => /^case\d+/.exec(name)?.[0]).filter((name) => name !== undefined));
    for (const name of cases) {
      const { latent_parameters: latent } = await run('ckpt', 'vae_encoder', { sample: g.tensor(`${name}.image`) });
      const [batch = 0, channels = 0, height = 0, width = 0] = latent!.dims;
      const half = (channels / 2) * height * width;
      for (const [offset, part] of [
        [0, 'mean'],
        [half, 'logvar'],
      ] as const)
        for (let i = 0; i < batch; i++) {
          const found = (latent!.data as Float32Array).subarray(2 * i * half + offset, 2 * i * half + offset + half);
          const expected = g.floats(`${name}.${part}`).subarray(i * half, (i + 1) * half);
          expect(Math.max(...found.map((value, j) => Math.abs(value - expected[j]!))), `${name}.${part}`).toBeLessThan(
            1e-4,
          );
        }
      const scaled = g.tensor(`${name}.latent`);
      const latent_sample = new ort.Tensor(
        'float32',
        g.floats(`${name}.latent`).map((value) => value / 0.18215),
        scaled.dims,
      );
      expect(
        largestDifference((await run('ckpt', 'vae_decoder', { latent_sample })).sample, g.floats(`${name}.decoded`)),
        name,
      ).toBeLessThan(1e-4);
    }
  });

  it('safety checker: embeddings within 1e-4, cosines within 1e-5, thresholds in its config', async () => {
    const g = golden('safety-checker.safetensors');
    const out = await run('ckpt', 'safety_checker', { clip_input: g.tensor('pixel_values') });
    expect(largestDifference(out.image_embeds, g.floats('image_embeds'))).toBeLessThan(1e-4);
    for (const name of ['cos_dist', 'special_cos_dist'])
      expect(largestDifference(out[name], g.floats(name)), name).toBeLessThan(1e-5);
    const config = JSON.parse(await readFile(join(models, 'ckpt/safety_checker/config.json'), 'utf8'));
    expect(config.concept_embeds_weights).toHaveLength(17);
    expect(config.special_care_embeds_weights).toHaveLength(3);
  });

  it("CLIP's tokenizer from the package equals the published files", async () => {
    await writeClipTokenizer(join(folder, 'clip'));
    const read = (from: string, name: string) => readFile(join(from, name), 'utf8');
    const published = path('diffusers/tokenizer');
    expect(JSON.parse(await read(join(folder, 'clip'), 'vocab.json'))).toEqual(
      JSON.parse(await read(published, 'vocab.json')),
    );
    expect(await read(join(folder, 'clip'), 'merges.txt')).toBe(await read(published, 'merges.txt'));
  });
});
