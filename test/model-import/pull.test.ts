import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeRandomCheckpoint } from '../../src/bench/random-checkpoint.ts';
import { checkpointShapes } from '../../src/bench/sd-v1-shapes.ts';
import { verifyModel } from '../../src/model-import/manifest.ts';
import { chooseFiles, pullModel } from '../../src/model-import/pull.ts';
import { failure, ownSize, temporaryFolder } from './files.ts';
import { type HubServer, hubServer } from './hub-server.ts';

const folder = temporaryFolder();
const tokenizer = join(folder, 'words');
let checkpoint: Buffer;
let server: HubServer | undefined;

beforeAll(async () => {
  await writeRandomCheckpoint(join(folder, 'own.ckpt'), checkpointShapes(ownSize));
  checkpoint = await readFile(join(folder, 'own.ckpt'));
  await mkdir(tokenizer);
  await writeFile(join(tokenizer, 'vocab.json'), '{"a":0}');
  await writeFile(join(tokenizer, 'merges.txt'), '#version: 0.2\n');
});
afterEach(() => server?.close());

async function serve(files: Record<string, Buffer>, token?: string): Promise<HubServer> {
  server = await hubServer('someone/model', files, token);
  return server;
}
let count = 0;
const options = ({ endpoint }: HubServer) => ({
  repo: 'someone/model',
  endpoint,
  tokenizer,
  outDir: join(folder, `pulled-${count++}`),
});
const downloads = async () => (existsSync(join(folder, '.downloads')) ? readdir(join(folder, '.downloads')) : []);

describe('pull', () => {
  it('downloads, checks and imports the one checkpoint of a repository', async () => {
    const hub = await serve({ 'README.md': Buffer.from('hello'), 'own.ckpt': checkpoint });
    const seen: { done: number; total: number }[] = [];
    const pull = options(hub);
    const manifest = await pullModel({ ...pull, onDownload: (progress) => seen.push(progress) });
    expect(manifest.name).toBe('model');
    expect(manifest.source).toMatchObject({
      name: 'someone/model@main/own.ckpt',
      kind: 'checkpoint',
      bytes: checkpoint.length,
    });
    expect(seen.at(-1)).toMatchObject({ done: checkpoint.length, total: checkpoint.length });
    await verifyModel(pull.outDir);
    expect(await downloads()).toEqual([]);
  });

  it('goes on where a broken connection stopped', async () => {
    const hub = await serve({ 'own.ckpt': checkpoint });
    hub.cutAfter('own.ckpt', 3_000_000);
    await pullModel(options(hub));
    const starts = hub.ranges.map((range) => Number(/ (\d+)-/.exec(range)?.[1]));
    expect(starts[0]).toBe(0);
    expect(starts.length).toBe(2);
    expect(starts[1]).toBeGreaterThan(0);
    expect(starts[1]).toBeLessThanOrEqual(3_000_000);
  });

  it('goes on where an earlier, cancelled pull stopped', async () => {
    const hub = await serve({ 'own.ckpt': checkpoint });
    const abort = new AbortController();
    const pull = options(hub);
    const text = await failure(
      pullModel({ ...pull, signal: abort.signal, onDownload: ({ done }) => done > 1_000_000 && abort.abort() }),
    );
    expect(text).toMatch(/^cancelled: /);
    expect(existsSync(pull.outDir)).toBe(false);
    await pullModel(pull);
    expect(hub.ranges.length).toBe(2);
    expect(hub.ranges[1]).not.toMatch(/ 0-/);
  });

  it('throws away what does not have the stated checksum and loads it again', async () => {
    const hub = await serve({ 'own.ckpt': checkpoint });
    const waiting = join(folder, '.downloads/someone--model@main');
    await mkdir(waiting, { recursive: true });
    await writeFile(join(waiting, 'own.ckpt.part'), Buffer.alloc(2_000_000, 1));
    const manifest = await pullModel(options(hub));
    expect(manifest.source.bytes).toBe(checkpoint.length);
    expect(hub.ranges[0]).toMatch(/ 2000000-/);
    expect(hub.ranges[1]).toMatch(/ 0-/);
  });

  it('sends the token, and says what is wrong without one', async () => {
    const hub = await serve({ 'own.ckpt': checkpoint }, 'hf_secret');
    const text = await failure(pullModel(options(hub)));
    expect(text).toMatch(/^download-failed: Expected to download someone\/model \(main\) but .*HF_TOKEN/);
    const wrong = await failure(pullModel({ ...options(hub), token: 'hf_wrong' }));
    expect(wrong).not.toContain('hf_wrong');
    await pullModel({ ...options(hub), token: 'hf_secret' });
  });

  it('says that a repository does not exist', async () => {
    const hub = await serve({});
    expect(await failure(pullModel({ ...options(hub), repo: 'someone/else' }))).toMatch(
      /^download-failed: .*no such repository/,
    );
  });
});

describe('the choice of files', () => {
  const list = (...paths: string[]) => paths.map((path) => ({ type: 'file' as const, path, size: 1 }));
  const chosen = (...input: Parameters<typeof chooseFiles>) =>
    chooseFiles(...input)
      .files.map(({ path }) => path)
      .sort();
  const published = list(
    'README.md',
    'model_index.json',
    'v1-5-pruned.ckpt',
    'unet/config.json',
    'unet/diffusion_pytorch_model.bin',
    'unet/diffusion_pytorch_model.safetensors',
    'unet/diffusion_pytorch_model.fp16.safetensors',
    'vae/config.json',
    'vae/diffusion_pytorch_model.bin',
    'text_encoder/config.json',
    'text_encoder/model.safetensors',
    'text_encoder/pytorch_model.bin',
    'safety_checker/config.json',
    'safety_checker/pytorch_model.bin',
    'tokenizer/vocab.json',
    'tokenizer/merges.txt',
    'scheduler/scheduler_config.json',
  );

  it('takes one weight file per part of a diffusers repository', () => {
    expect(chosen('r', published)).toEqual(
      [
        'model_index.json',
        'safety_checker/config.json',
        'safety_checker/pytorch_model.bin',
        'scheduler/scheduler_config.json',
        'text_encoder/config.json',
        'text_encoder/model.safetensors',
        'tokenizer/merges.txt',
        'tokenizer/vocab.json',
        'unet/config.json',
        'unet/diffusion_pytorch_model.safetensors',
        'vae/config.json',
        'vae/diffusion_pytorch_model.bin',
      ].sort(),
    );
    expect(chosen('r', published, undefined, 'fp16')).toContain('unet/diffusion_pytorch_model.fp16.safetensors');
  });

  it('takes a single file when told so', () => {
    expect(chosen('r', published, 'v1-5-pruned.ckpt')).toEqual(['v1-5-pruned.ckpt']);
  });

  it('asks which of several checkpoints is meant', async () => {
    const several = list('sd-v1-4.ckpt', 'sd-v1-4-full-ema.ckpt');
    expect(await failure(Promise.resolve().then(() => chooseFiles('r', several)))).toMatch(
      /^checkpoint-unsupported: .*sd-v1-4\.ckpt, sd-v1-4-full-ema\.ckpt: choose one with --file/,
    );
  });

  it('takes all graphs and their data of an ONNX repository', () => {
    const onnx = list(
      'unet/model.onnx',
      'unet/model.onnx_data',
      'vae_decoder/model.onnx',
      'tokenizer/vocab.json',
      'sample.png',
    );
    expect(chosen('r', onnx)).toEqual([
      'tokenizer/vocab.json',
      'unet/model.onnx',
      'unet/model.onnx_data',
      'vae_decoder/model.onnx',
    ]);
  });
});
