import { once } from 'node:events';
import { EaselError } from '../errors.ts';
import type { CliCommand } from './cli-command.ts';

export const bot: CliCommand = {
  name: 'bot',
  summary: 'Answers on Discord: commands, buttons, progress. Needs DISCORD_TOKEN and the shared Redis (REDIS_URL).',
  options: {
    'no-deliver': { type: 'boolean', description: 'leave posting the results to `easel deliver` processes' },
  },
  async run({ config, logger, signal }, values) {
    const { DISCORD_TOKEN: token, REDIS_URL: redisUrl } = config;
    if (token === undefined || redisUrl === undefined) {
      throw new EaselError('bad-config', 'Expected DISCORD_TOKEN and REDIS_URL for the bot role but one is not set');
    }
    const [
      { connect },
      { openImageStore },
      { startBotRole },
      { findDefaultModel },
      { startDeliverRole },
      { imageStoreOf },
    ] = await Promise.all([
      import('../queue/connect.ts'),
      import('../store/open-image-store.ts'),
      import('../launcher/bot-role.ts'),
      import('../launcher/default-model.ts'),
      import('../launcher/deliver-role.ts'),
      import('../launcher/image-store-of.ts'),
    ]);
    const onError = (err: Error) => logger.warn({ err }, 'connection to Redis');
    const redis = await connect(redisUrl, { patience: 'producer', name: 'easel-bot', onError });
    const model = await findDefaultModel(config, redis, logger, signal);
    const images = openImageStore(redis, imageStoreOf(config));
    const role = await startBotRole({ config, token, redis, images, model, logger });
    const lastWord = <T>(jobId: string, write: () => Promise<T>) => role.replies.final(jobId, write);
    const deliver = values['no-deliver']
      ? null
      : await startDeliverRole({ config, redisUrl, logger, rest: role.client.rest, lastWord });
    if (!signal.aborted) await once(signal, 'abort');
    await deliver?.close();
    await role.close();
    redis.disconnect();
    return 0;
  },
};
