// easel.json: what a model folder holds, where it came from and the SHA-256 of every file, so that a model has one hash to show and is
// verified when it is loaded.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { modelDefaultsSchema } from '../jobs/model-defaults.ts';

export const manifestFile = 'easel.json';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const precision = z.enum(['fp32', 'fp16', 'other']);

export const manifestSchema = z.object({
  format: z.literal(1),
  name: z.string().min(1),
  createdWith: z.string(),
  source: z.object({
    /** File or folder name, or `repository@revision`. */
    name: z.string(),
    kind: z.enum(['checkpoint', 'diffusers folder', 'onnx folder']),
    bytes: z.int().nonnegative(),
    /** Of the file; for a folder, of its files' hashes in order of their names. */
    sha256,
    /** `ema` where the averaged U-Net weights were taken. */
    weights: z.enum(['plain', 'ema']),
  }),
  /** How weights are stored; `other` for adopted folders. Inputs and outputs are fp32 unless the graph says otherwise. */
  precision,
  opset: z.int().nullable(),
  /** Numbers of the architecture; null for adopted folders. */
  architecture: z
    .object({
      latentScale: z.number(),
      latentFactor: z.int(),
      latentChannels: z.int(),
      unet: z.object({ widths: z.array(z.int()), heads: z.array(z.int()), contextWidth: z.int(), parameters: z.int() }),
      textEncoder: z.object({
        width: z.int(),
        layers: z.int(),
        heads: z.int(),
        words: z.int(),
        positions: z.int(),
        parameters: z.int(),
      }),
      vae: z.object({ widths: z.array(z.int()), parameters: z.int() }),
    })
    .nullable(),
  /** Null where the model has no safety checker; Easel then refuses to paint with it. */
  checker: z.object({ concepts: z.int(), specialConcepts: z.int(), parameters: z.int().nullable() }).nullable(),
  /** What it paints with where nobody says otherwise; no part of its identity, so an operator may change it here. */
  defaults: modelDefaultsSchema.optional(),
  /** Of the tokenizer and the safety checker that came beside the source, for the model that ships with Easel: imported again when they change. */
  companions: sha256.optional(),
  /** The command that supplies what is missing, else null. */
  fix: z.string().nullable(),
  files: z.record(z.string(), z.object({ bytes: z.int().nonnegative(), sha256 })),
  /** SHA-256 over the files' hashes: the model's identity. */
  hash: sha256,
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Hash of a set of files, from `sha256  name` lines in order of their names. */
export function combinedHash(files: Record<string, { sha256: string }>): string {
  const lines = Object.keys(files)
    .sort()
    .map((name) => `${files[name]?.sha256}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** SHA-256 of a file, streamed. Throws `cancelled` when `signal` fires. */
export async function hashFile(
  path: string,
  { signal, onBytes }: { signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 22 })) {
    if (signal?.aborted) throw new EaselError('cancelled', 'The import was cancelled');
    hash.update(chunk);
    bytes += chunk.length;
    onBytes?.(chunk.length);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Names of all files below `folder` except the manifest, with '/' between folders. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => name !== manifestFile)
    .sort();
}

/** Appears as a whole: another process may be reading it. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestFile);
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify(manifestSchema.parse(manifest), null, 2)}\n`);
  await rename(`${path}.${process.pid}`, path);
}

/** Throws `model-missing` where there is no manifest and `model-damaged` where it cannot be understood. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestFile);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EaselError('model-missing', `Expected an imported model in ${folder} but found no ${manifestFile}`, {
      cause,
    });
  });
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EaselError(
      'model-damaged',
      `Expected a manifest of format 1 in ${path} but it could not be read: import the model again`,
      { cause },
    );
  }
}

/**
 * Compares a model folder with its manifest: sizes always, hashes too unless `quick`. Returns the manifest.
 * Throws `model-damaged` that names the first file that differs.
 */
export async function verifyModel(
  folder: string,
  { quick = false, signal, onBytes }: { quick?: boolean; signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
): Promise<Manifest> {
  const manifest = await readManifest(folder);
  if (combinedHash(manifest.files) !== manifest.hash)
    throw changed(folder, manifestFile, 'its own hash', 'another one');
  for (const [name, file] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const size = (await stat(path).catch(() => undefined))?.size;
    if (size !== file.bytes)
      throw changed(folder, name, `${file.bytes} bytes`, size === undefined ? 'no file' : `${size}`);
    if (quick) continue;
    const found = await hashFile(path, { ...(signal && { signal }), ...(onBytes && { onBytes }) });
    if (found.sha256 !== file.sha256) throw changed(folder, name, `SHA-256 ${file.sha256}`, found.sha256);
  }
  return manifest;
}

function changed(folder: string, name: string, what: string, found: string): EaselError {
  return new EaselError(
    'model-damaged',
    `Expected ${what} for ${name} of the model in ${folder} but found ${found}: import it again`,
  );
}
