// Somebody changed a model's files on disk: a worker refuses them by their hashes, whatever their sizes say.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { openEngines } from '../../src/launcher/worker-role.ts';
import { manifestFile, readManifest } from '../../src/model-import/manifest.ts';
import { makeTinyModel, type TinyModel } from '../support/tiny-model.ts';

let tiny: TinyModel;
beforeAll(async () => {
  tiny = await makeTinyModel();
}, 300_000);
afterAll(() => tiny?.remove());

const open = () =>
  openEngines(parseConfig({ EASEL_MODEL: tiny.path, EASEL_PROVIDER: 'cpu' }), pino({ level: 'silent' }));

it('a file of the same size and other content is refused by name', async () => {
  const { files } = await readManifest(tiny.path);
  for (const name of Object.keys(files)) {
    const path = join(tiny.path, name);
    const sound = await readFile(path);
    if (sound.length === 0) continue;
    const swapped = Buffer.from(sound);
    swapped[swapped.length >> 1] = (swapped[swapped.length >> 1] ?? 0) ^ 1;
    await writeFile(path, swapped);
    await expect(open(), name).rejects.toMatchObject({ code: 'model-damaged', message: expect.stringContaining(name) });
    await writeFile(path, sound);
  }
});

it('so is a manifest that was changed along with it, unless all of it was', async () => {
  const path = join(tiny.path, manifestFile);
  const sound = await readFile(path, 'utf8');
  const [first = ''] = Object.values((await readManifest(tiny.path)).files).map(({ sha256 }) => sha256);
  await writeFile(path, sound.replaceAll(first, 'ab'.repeat(32)));
  await expect(open()).rejects.toMatchObject({ code: 'model-damaged' });
  await writeFile(path, sound);
});
