// The worker role from configuration: opens its models, each in a thread of its own, and serves them until it is stopped.

import { type GenerateWorker, startGenerateWorker } from '../../workers/generate.ts';
import type { Config } from '../config/schema.ts';
import type { Engine } from '../inference/engine.ts';
import { openRevivingEngine } from '../inference/reviving.ts';
import { openSimulatedEngine } from '../inference/simulated.ts';
import { openThreadedEngine } from '../inference/threaded.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { engineOptions } from './engine-options.ts';
import { imageStoreOf } from './image-store-of.ts';
import { resolveModel } from './resolve-model.ts';
import { secretKey } from './secret-key.ts';

export interface WorkerRoleOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** The models of EASEL_WORKER_MODELS, else the default one; on the first GPU of EASEL_GPUS, if any is named. */
export async function openEngines(config: Config, logger: Logger): Promise<Engine[]> {
  if (config.EASEL_PROVIDER === 'simulated') {
    logger.warn('the provider is "simulated": nothing is painted, and every picture is withheld');
    return [openSimulatedEngine({ stepMs: config.EASEL_SIMULATED_STEP_MS })];
  }
  const say = (line: string) => logger.info(line);
  const names = config.EASEL_WORKER_MODELS.length > 0 ? config.EASEL_WORKER_MODELS : [undefined];
  const gpu = config.EASEL_GPUS[0];
  const engines: Engine[] = [];
  for (const name of names) {
    // By hash, not only by size: what paints under a model's name is that model.
    const model = await resolveModel(config, { say, verify: true, ...(name === undefined ? {} : { name }) });
    const options = engineOptions(config, model, gpu === undefined ? undefined : Number(gpu));
    const open = () =>
      openThreadedEngine({
        ...options,
        inform: (sentence) => logger.info(sentence),
        warn: (sentence) => logger.warn(sentence),
      });
    const engine = await openRevivingEngine(open, () => logger.warn('opening the model again after a failure'));
    const { loras = [], embeddings = [] } = engine.model;
    for (const { name: file, unfit } of [...loras, ...embeddings])
      if (unfit)
        logger.warn({ model: engine.model.name, file, ...unfit }, 'a LoRA or embedding does not fit this model');
    engines.push(engine);
  }
  return engines;
}

export async function startWorkerRole(options: WorkerRoleOptions): Promise<GenerateWorker> {
  const { config, redisUrl, logger } = options;
  return startGenerateWorker({
    redisUrl,
    engines: await openEngines(config, logger),
    secretKey: secretKey(config),
    imageStore: imageStoreOf(config),
    maxRunningPerMember: config.EASEL_MAX_RUNNING_PER_MEMBER,
    powerWatts: config.EASEL_POWER_WATTS,
    drainMs: config.EASEL_DRAIN_SECONDS * 1000,
    logger,
    ...(options.metrics ? { metrics: options.metrics } : {}),
  });
}
