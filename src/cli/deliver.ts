import { once } from 'node:events';
import { EaselError } from '../errors.ts';
import type { CliCommand } from './cli-command.ts';

export const deliver: CliCommand = {
  name: 'deliver',
  summary: 'Posts finished pictures, apart from the bot. Needs DISCORD_TOKEN and the shared Redis (REDIS_URL).',
  async run({ config, logger, signal }) {
    const { DISCORD_TOKEN: token, REDIS_URL: redisUrl } = config;
    if (token === undefined || redisUrl === undefined) {
      throw new EaselError(
        'bad-config',
        'Expected DISCORD_TOKEN and REDIS_URL for the deliver role but one is not set',
      );
    }
    const { startDeliverRole } = await import('../launcher/deliver-role.ts');
    const role = await startDeliverRole({ config, redisUrl, logger, token });
    if (!signal.aborted) await once(signal, 'abort');
    await role.close();
    return 0;
  },
};
