// What `bot`, `worker` and `deliver` share: a shared Redis, metrics, the health port, and waiting for the signal.

import { once } from 'node:events';
import type { Config } from '../config/schema.ts';
import { EaselError } from '../errors.ts';
import { type ReadinessCheck, startHealthServer } from '../observability/health-server.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createMetrics } from '../observability/metrics.ts';
import { aborted } from './aborted.ts';
import type { CliContext } from './cli-command.ts';

export interface Role {
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
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

/** Runs one role until the signal fires, then closes it in order. */
export async function serve(
  context: CliContext,
  name: string,
  open: (metrics: Metrics) => Promise<Role>,
): Promise<number> {
  const metrics = createMetrics(name);
  const role = await open(metrics);
  const { EASEL_HEALTH_PORT: port, EASEL_HEALTH_HOST: host } = context.config;
  const health =
    port > 0 ? await startHealthServer({ port, host, registry: metrics.registry, checks: role.checks }) : undefined;
  context.logger.info({ health: health?.port }, `${name} is up`);
  // A process started by a launcher ends with it: its death closes the channel between them.
  const orphaned = process.connected ? once(process, 'disconnect') : new Promise(() => undefined);
  await Promise.race([aborted(context.signal), orphaned]);
  context.logger.info(`${name} is stopping`);
  await role.close();
  await health?.close();
  return 0;
}
