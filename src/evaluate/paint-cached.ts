// One picture of the evaluation, painted once and then taken from the disk, so that an interrupted run goes on where it stopped.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SamplerId } from '../diffusion/samplers/index.ts';
import { EaselError } from '../errors.ts';
import type { Pixels } from '../image/pixels.ts';
import { readPicture } from '../image/read-picture.ts';
import type { Engine } from '../inference/engine.ts';

export interface CachedPainting {
  readonly engine: Engine;
  /** One folder per model and setting is made below it. */
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}

export interface PictureSetting {
  readonly prompt: string;
  readonly seed: number;
  readonly steps: number;
  readonly sampler: SamplerId;
  readonly guidanceScale: number;
}

/** The picture as it was posted; null where the safety checker withheld it. */
export async function paintCached(painting: CachedPainting, setting: PictureSetting): Promise<Pixels | null> {
  const { engine } = painting;
  const { prompt, seed, steps, sampler, guidanceScale } = setting;
  const folder = join(painting.cacheFolder, `${engine.model.hash.slice(0, 12)}-${sampler}-${steps}-g${guidanceScale}`);
  const file = join(folder, `${seed}.png`);
  const cached = await readFile(file).catch(() => undefined);
  if (cached) return cached.length === 0 ? null : readPicture(cached);
  await mkdir(folder, { recursive: true });
  const size = engine.model.nativeSize;
  const request = {
    prompt,
    negativePrompt: '',
    width: size,
    height: size,
    seed,
    count: 1,
    steps,
    guidanceScale,
    sampler,
    clipSkip: 1,
    safety: { adjustment: 0, onFlag: 'withhold' },
    traceIds: [seed],
    preview: 'off',
  } as const;
  for await (const event of engine.paint(request, { signal: painting.signal })) {
    if (event.type !== 'result') continue;
    const tile = event.result.tiles[0];
    const isPosted = tile?.verdict.outcome === 'posted';
    await writeFile(file, isPosted ? tile.bytes : new Uint8Array());
    return isPosted ? readPicture(tile.bytes) : null;
  }
  throw new EaselError('inference-failed', 'Expected a picture but the engine ended without one');
}
