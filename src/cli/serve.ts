// What `bot`, `worker` and `deliver` share: a shared Redis, metrics, the health port, and waiting for the signal.

import { once } from 'node:events';
import type { Config } from '../config/schema.ts';
import { EaselError } from '../errors.ts';
import { openHealth } from '../launcher/open-health.ts';
import { openTracing } from '../launcher/open-tracing.ts';
import type { ReadinessChecks } from '../observability/health-server.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createMetrics } from '../observability/metrics.ts';
import { watchStrayErrors } from '../observability/stray-errors.ts';
import { aborted } from './aborted.ts';
import type { CliContext } from './cli-command.ts';

export interface Role {
  readonly checks: ReadinessChecks;
  /** Resolves, with a sentence for the log, when the role cannot go on: the process then fails. */
  readonly ended?: Promise<string>;
  close(): Promise<unknown>;
}

export function requireRedisUrl(config: Config): string {
  if (config.REDIS_URL) return config.REDIS_URL;
  throw new EaselError(
    'bad-config',
    'REDIS_URL: expected the Redis that all roles share but it is not set. `easel start` brings its own.',
  );
}

export function requireToken(config: Config): string {
  if (config.DISCORD_TOKEN) return config.DISCORD_TOKEN;
  throw new EaselError(
    'bad-config',
    'DISCORD_TOKEN: expected the bot token but it is not set. `easel start` opens the playground instead.',
  );
}

/**
 * Runs one role until the signal fires, then closes it in order. The health port opens first and closes last: a worker that loads its
 * model for minutes is alive and not ready, and so is one that finishes its picture before it goes.
 */
export async function serve(
  context: CliContext,
  name: string,
  redisUrl: string,
  open: (metrics: Metrics) => Promise<Role>,
): Promise<number> {
  const { config, logger, signal } = context;
  watchStrayErrors(logger);
  const tracing = await openTracing(config, name, logger);
  const metrics = createMetrics(name);
  let role: Role | null = null;
  const health = await openHealth({
    config,
    redisUrl,
    metrics,
    logger,
    checks: () => ({
      [name]: async () => (signal.aborted ? 'stopping' : role === null ? 'starting' : null),
      ...(role?.checks ?? {}),
    }),
  });
  role = await open(metrics);
  logger.info({ health: health?.port }, `${name} is up`);
  // A process started by a launcher ends with it: its death closes the channel between them.
  const orphaned = process.connected ? once(process, 'disconnect') : new Promise(() => undefined);
  const ended = await Promise.race([aborted(signal), orphaned, ...(role.ended === undefined ? [] : [role.ended])]);
  if (typeof ended === 'string') logger.fatal(ended);
  logger.info(`${name} is stopping`);
  await role.close();
  await health?.close();
  await tracing?.close();
  return typeof ended === 'string' ? 1 : 0;
}
