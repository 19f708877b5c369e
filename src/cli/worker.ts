import { once } from 'node:events';
import { EaselError } from '../errors.ts';
import type { CliCommand } from './cli-command.ts';

export const worker: CliCommand = {
  name: 'worker',
  summary: 'Paints: serves its models from the shared Redis (REDIS_URL). Needs no Discord token.',
  async run({ config, logger, signal }) {
    if (config.REDIS_URL === undefined) {
      throw new EaselError('bad-config', 'REDIS_URL: expected the Redis that bot and workers share but it is not set');
    }
    const { startWorkerRole } = await import('../launcher/worker-role.ts');
    const { createMetrics } = await import('../observability/metrics.ts');
    const { startHealthServer } = await import('../observability/health-server.ts');
    const metrics = createMetrics('worker');
    const role = await startWorkerRole({ config, redisUrl: config.REDIS_URL, logger, metrics });
    const health =
      config.EASEL_HEALTH_PORT > 0
        ? await startHealthServer({
            port: config.EASEL_HEALTH_PORT,
            host: config.EASEL_HEALTH_HOST,
            registry: metrics.registry,
            checks: {},
          })
        : null;
    // Started by a launcher: its death closes the channel, and the worker goes with it.
    const orphaned = process.connected ? once(process, 'disconnect') : new Promise(() => undefined);
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), orphaned]);
    await role.close();
    await health?.close();
    return 0;
  },
};
