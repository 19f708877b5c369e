// The deliver role from configuration: with a REST client of its own, or hosted by the bot with the bot's.

import { REST } from 'discord.js';
import { resultPresenter } from '../../commands/job-message.ts';
import { type DeliverWorker, type DeliverWorkerOptions, startDeliverWorker } from '../../workers/deliver.ts';
import type { Config } from '../config/schema.ts';
import { restOptions } from '../discord/rest-options.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { imageStoreOf } from './image-store-of.ts';

export interface DeliverRoleOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** The bot's, where it hosts delivery; else one is made of token and address. */
  readonly rest?: REST;
  readonly token?: string;
  readonly lastWord?: DeliverWorkerOptions['lastWord'];
}

export function startDeliverRole(options: DeliverRoleOptions): Promise<DeliverWorker> {
  const { config, redisUrl, logger, metrics, token, lastWord } = options;
  const rest = options.rest ?? new REST({ ...restOptions(30_000), api: config.DISCORD_API_URL }).setToken(token ?? '');
  return startDeliverWorker({
    redisUrl,
    rest,
    countsRequests: options.rest === undefined,
    presenter: resultPresenter,
    imageStore: imageStoreOf(config),
    logger,
    ...(metrics ? { metrics } : {}),
    ...(lastWord ? { lastWord } : {}),
  });
}
