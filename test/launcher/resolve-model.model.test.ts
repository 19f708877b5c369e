// The built-in miniature is imported at first use, and again when any of its shipped files changed: with a new checker, too.

import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { resolveModel } from '../../src/launcher/resolve-model.ts';
import { type Manifest, verifyModel, writeManifest } from '../../src/model-import/manifest.ts';

describe('the built-in model', () => {
  let folder: string;
  let first: { path: string; manifest: Manifest };
  const said: string[] = [];
  const resolve = () =>
    resolveModel(parseConfig({ EASEL_DATA_DIR: folder, EASEL_PROVIDER: 'cpu' }), { say: (line) => said.push(line) });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'easel-miniature-'));
    first = await resolve();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is imported once', async () => {
    expect(said).toHaveLength(1);
    expect((await resolve()).manifest).toEqual(first.manifest);
    expect(said).toHaveLength(1);
  });

  it('is imported again where the checker or the tokenizer that came with it was another one', async () => {
    const { path, manifest } = first;
    await writeFile(join(path, 'safety_checker', 'model.onnx'), 'the checker of an earlier release');
    await writeManifest(path, { ...manifest, companions: '0'.repeat(64) });
    expect((await resolve()).manifest).toEqual(manifest);
    expect(said).toHaveLength(2);
    await expect(verifyModel(path)).resolves.toEqual(manifest);
  });

  it('is imported again where the manifest does not say what came with it', async () => {
    const { companions: _, ...older } = first.manifest;
    await writeManifest(first.path, older);
    expect((await resolve()).manifest).toEqual(first.manifest);
    expect(said).toHaveLength(3);
  });
});
