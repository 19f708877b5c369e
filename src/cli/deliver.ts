import type { CliCommand } from './cli-command.ts';
import { requireRedisUrl, requireToken, serve } from './serve.ts';

export const deliver: CliCommand = {
  name: 'deliver',
  isService: true,
  summary: 'Delivery alone: posts finished pictures, each exactly once. Needs DISCORD_TOKEN and REDIS_URL.',
  async run(context) {
    const { config, logger } = context;
    const [redisUrl, token] = [requireRedisUrl(config), requireToken(config)];
    const { startDeliverRole } = await import('../launcher/deliver-role.ts');
    return serve(context, 'deliver', redisUrl, async (metrics) => {
      const running = await startDeliverRole({ config, redisUrl, logger, metrics, token });
      return { checks: { discord: async () => running.problem() }, close: () => running.close() };
    });
  },
};
