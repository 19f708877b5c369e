// checkpoint/diffusers*: the same weights as a Hugging Face folder must give the same networks as the single file, file by file. A folder
// beside it that holds only some parts (older tensor names) is laid over the whole one first.

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { importModel } from '../../model-import/import.ts';
import { readManifest } from '../../model-import/manifest.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact } from '../area.ts';

const area = 'diffusers folder';
const networks = ['text_encoder', 'unet', 'vae_encoder', 'vae_decoder'];

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const inFolders = context.files.filter((path) => /^checkpoint\/[^/]+\//.test(path));
  const folders = [...new Set(inFolders.map((path) => path.split('/').slice(0, 2).join('/')))];
  const whole = folders.find((folder) => context.files.includes(`${folder}/model_index.json`));
  if (whole === undefined) return;
  const single = await context.models.fp32();
  const claim = (folder: string) => {
    for (const path of inFolders) if (path.startsWith(`${folder}/`)) context.claim(path);
  };
  yield* compare(single, await context.models.imported(whole, 'fp32'), whole, true);
  claim(whole);
  for (const folder of folders.filter((other) => other !== whole)) {
    const laidOver = join(context.scratchDir, `over-${folder.replaceAll('/', '-')}`);
    await cp(await context.models.unpackedFolder(whole), laidOver, { recursive: true });
    await cp(await context.models.unpackedFolder(folder), laidOver, { recursive: true });
    const outDir = `${laidOver}-imported`;
    await importModel({ source: laidOver, outDir });
    yield* compare(single, outDir, folder, false);
    claim(folder);
  }
}

/** Every network's files by their hashes, and the folder's own checker where `withChecker`. */
async function* compare(
  single: string,
  folder: string,
  name: string,
  withChecker: boolean,
): AsyncGenerator<CaseResult> {
  const [wanted, found] = [await readManifest(single), await readManifest(folder)];
  for (const network of withChecker ? [...networks, 'safety_checker'] : networks) {
    const hashes = (files: typeof wanted.files) =>
      Object.entries(files).flatMap(([path, { sha256 }]) =>
        path.startsWith(`${network}/model.onnx`) ? [`${path} ${sha256}`] : [],
      );
    const [ours, theirs] = [hashes(found.files), hashes(wanted.files)];
    const title = `${name.slice('checkpoint/'.length)} ${network} equals the single file's`;
    yield exact(area, title, ours.length > 0 && `${ours.sort()}` === `${theirs.sort()}`, 'other bytes');
  }
}

export const diffusersFolder: Area = { name: area, run };
