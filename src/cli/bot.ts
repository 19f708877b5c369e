import type { CliCommand } from './cli-command.ts';
import { requireRedisUrl, requireToken, serve } from './serve.ts';

export const bot: CliCommand = {
  name: 'bot',
  isService: true,
  summary: 'The bot alone: answers interactions and queues jobs. Needs DISCORD_TOKEN and REDIS_URL.',
  async run(context) {
    const { config, logger, signal } = context;
    const [redisUrl, token] = [requireRedisUrl(config), requireToken(config)];
    const [{ startBotRole }, { inviteLink }, { findDefaultModel }, { imageStoreOf }, { openImageStore }, { connect }] =
      await Promise.all([
        import('../launcher/bot-role.ts'),
        import('../launcher/bot-permissions.ts'),
        import('../launcher/default-model.ts'),
        import('../launcher/image-store-of.ts'),
        import('../store/open-image-store.ts'),
        import('../queue/connect.ts'),
      ]);
    return serve(context, 'bot', redisUrl, async (metrics) => {
      const redis = await connect(redisUrl, {
        patience: 'producer',
        name: 'easel-bot',
        onError: (err) => logger.warn({ err }, 'connection to Redis'),
      });
      const running = await startBotRole({
        config,
        token,
        redis,
        images: openImageStore(redis, imageStoreOf(config)),
        model: await findDefaultModel(config, redis, logger, signal),
        logger,
        metrics,
      });
      logger.info({ link: inviteLink(running.applicationId) }, 'invite the bot to a server with this link');
      return {
        checks: { discord: async () => running.problem() },
        ended: running.ended,
        close: async () => {
          await running.close();
          redis.disconnect();
        },
      };
    });
  },
};
