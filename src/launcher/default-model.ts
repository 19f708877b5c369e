// What the bot has to know of the default model: name, hash and the size it was made for. From the model's folder, from the simulated
// provider, or, on a host that holds no models, from what workers announce.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.ts';
import { readModelFolder } from '../diffusion/model-folder.ts';
import type { Installation } from '../discord/services.ts';
import { EaselError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { createAnnouncements } from '../store/announcements.ts';
import { type ResolvedModel, resolveModel } from './resolve-model.ts';

export type DefaultModel = Installation['model'];

export async function describeModel({ path, manifest }: ResolvedModel): Promise<DefaultModel> {
  const { nativeSize } = await readModelFolder(path);
  const { name, hash, defaults } = manifest;
  return { name, hash, nativeSize, ...(defaults ? { defaults } : {}) };
}

/** @throws EaselError `model-missing` when it is not on this host. */
export async function localDefaultModel(config: Config, say?: (line: string) => void): Promise<DefaultModel> {
  if (config.EASEL_PROVIDER === 'simulated') {
    // Loaded only here: a bot host needs no networks, not even their library.
    const { openSimulatedEngine } = await import('../inference/simulated.ts');
    const { name, hash, nativeSize } = openSimulatedEngine({ stepMs: config.EASEL_SIMULATED_STEP_MS }).model;
    return { name, hash, nativeSize };
  }
  return describeModel(await resolveModel(config, say ? { say } : {}));
}

/** The folder's word where there is one, else the first worker's that holds the model; waits until one comes up. */
export async function findDefaultModel(
  config: Config,
  redis: Redis,
  logger: Logger,
  signal: AbortSignal,
): Promise<DefaultModel> {
  const local = await localDefaultModel(config).catch((error: unknown) => {
    if (error instanceof EaselError && error.code === 'model-missing') return null;
    throw error;
  });
  if (local) return local;
  const announcements = createAnnouncements(redis);
  logger.info('no model on this host: waiting for a worker to announce one');
  while (!signal.aborted) {
    const models = await announcements.models();
    const wanted = config.EASEL_MODEL;
    const found = wanted === undefined ? models[0] : models.find((model) => model.name === wanted);
    if (found) {
      const { name, hash, nativeSize, defaults } = found;
      return { name, hash, nativeSize, ...(defaults ? { defaults } : {}) };
    }
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
  throw new EaselError('cancelled', 'Stopped while waiting for a worker that announces a model');
}
