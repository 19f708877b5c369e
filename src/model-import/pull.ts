// `easel pull <repository>`: chooses the files that make a model, downloads them (hub-download.ts) and imports the result.
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ListFileEntry } from '@huggingface/hub';
import { unsupported } from './byte-source.ts';
import { chooseWeightFile } from './diffusers-folder.ts';
import { downloadHubFile, type HubOptions, listHubFiles } from './hub-download.ts';
import { importModel } from './import.ts';
import type { ImportOptions } from './import-options.ts';
import type { Manifest } from './manifest.ts';

export interface PullProgress {
  /** File that is being downloaded. */
  file: string;
  /** Bytes of all files. */
  done: number;
  total: number;
}

export interface PullOptions extends Omit<ImportOptions, 'source' | 'sourceName'>, Omit<HubOptions, 'revision'> {
  /** Branch, tag or commit. Default `main`. */
  revision?: string;
  /** A checkpoint file of the repository, instead of its folder layout. */
  file?: string;
  /** Where downloads wait until the import is done; an interrupted pull continues from there. Default: beside `outDir`. */
  downloadDir?: string;
  /** Keep the downloads after the import. Default false. */
  keepDownloads?: boolean;
  onDownload?: (progress: PullProgress) => void;
}

/** Downloads and imports a model. Throws `download-failed` and what `importModel` throws. */
export async function pullModel(options: PullOptions): Promise<Manifest> {
  const { repo, revision = 'main', outDir } = options;
  const hub: HubOptions = {
    repo,
    revision,
    ...(options.token !== undefined && { token: options.token }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.signal && { signal: options.signal }),
  };
  const { files, source } = chooseFiles(repo, await listHubFiles(hub), options.file, options.variant);
  const folder = join(
    options.downloadDir ?? join(dirname(resolve(outDir)), '.downloads'),
    `${repo}@${revision}`.replaceAll(/[^\w.@-]+/g, '--'),
  );
  await mkdir(folder, { recursive: true });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const file of files)
    await downloadHubFile(hub, file, folder, (bytes) => {
      done += bytes;
      options.onDownload?.({ file: file.path, done, total });
    });
  const manifest = await importModel({
    ...options,
    source: source === undefined ? folder : join(folder, source),
    name: options.name ?? basename(repo),
    sourceName: `${repo}@${revision}${source === undefined ? '' : `/${source}`}`,
  });
  if (!options.keepDownloads) await rm(folder, { recursive: true, force: true });
  return manifest;
}

/** What a folder layout needs; everything else in a repository is samples, other frameworks' weights or duplicates. */
const smallFiles =
  /^(?:model_index\.json|(?:unet|vae|vae_encoder|vae_decoder|text_encoder|safety_checker|scheduler|feature_extractor)\/[^/]*\.json|tokenizer\/[^/]+\.(?:json|txt))$/;
const weightParts = ['unet', 'vae', 'text_encoder', 'safety_checker'] as const;

/** The files to download and, for a single-file checkpoint, which of them to import. Throws `checkpoint-unsupported`. */
export function chooseFiles(
  repo: string,
  all: readonly ListFileEntry[],
  wanted?: string,
  variant?: string,
): { files: ListFileEntry[]; source: string | undefined } {
  const paths = all.map(({ path }) => path);
  const pick = (names: readonly string[]) => all.filter(({ path }) => names.includes(path));
  if (wanted !== undefined) {
    if (!paths.includes(wanted)) throw unsupported(`Expected ${wanted} in ${repo} but it has only ${some(paths)}`);
    return { files: pick([wanted]), source: wanted };
  }
  if (paths.includes('unet/model.onnx'))
    return {
      files: all.filter(({ path }) => smallFiles.test(path) || /^[^/]+\/[^/]*\.onnx/.test(path)),
      source: undefined,
    };
  if (paths.some((path) => path.startsWith('unet/'))) {
    const weights = weightParts.flatMap((part) => chooseWeights(paths, part, variant) ?? []);
    return { files: all.filter(({ path }) => smallFiles.test(path) || weights.includes(path)), source: undefined };
  }
  const single = paths.filter((path) => /^[^/]+\.(?:safetensors|ckpt)$/.test(path));
  const [first, ...others] = single;
  if (first === undefined)
    throw unsupported(`Expected a Stable Diffusion model in ${repo} but found only ${some(paths)}`);
  if (others.length > 0)
    throw unsupported(`Expected one checkpoint in ${repo} but found ${some(single)}: choose one with --file`);
  return { files: pick([first]), source: first };
}

/** Path of a part's weight file, as the import would choose it. */
function chooseWeights(paths: readonly string[], part: string, variant: string | undefined): string | undefined {
  const own = paths.filter((path) => path.startsWith(`${part}/`)).map((path) => path.slice(part.length + 1));
  const file = chooseWeightFile(own, variant);
  return file === undefined ? undefined : `${part}/${file}`;
}

function some(paths: readonly string[]): string {
  return paths.length > 5
    ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more`
    : paths.join(', ') || 'nothing';
}
