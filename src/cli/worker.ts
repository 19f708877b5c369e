import type { CliCommand } from './cli-command.ts';
import { requireRedisUrl, serve } from './serve.ts';

export const worker: CliCommand = {
  name: 'worker',
  isService: true,
  summary: 'A generate worker alone: holds the models and paints. Needs REDIS_URL and no token.',
  async run(context) {
    const { startWorkerRole } = await import('../launcher/worker-role.ts');
    const redisUrl = requireRedisUrl(context.config);
    return serve(context, 'worker', redisUrl, async (metrics) => {
      const running = await startWorkerRole({ config: context.config, redisUrl, logger: context.logger, metrics });
      return { checks: { painting: async () => running.problem() }, close: () => running.close() };
    });
  },
};
