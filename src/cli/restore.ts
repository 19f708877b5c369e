import { EaselError } from '../errors.ts';
import { openStoreRedis } from '../launcher/open-store-redis.ts';
import type { CliCommand } from './cli-command.ts';

export const restore: CliCommand = {
  name: 'restore',
  summary:
    'Puts a backup back. Refuses a store that is not empty, unless told to replace it. Stop bots and workers first.',
  positionals: '<file>',
  options: { overwrite: { type: 'boolean', description: 'delete what the store holds, then restore' } },
  examples: ['easel restore easel-backup.gz', 'easel restore easel-backup.gz --overwrite'],
  async run(context, values, positionals) {
    const { restore: putBack } = await import('../store/backup.ts');
    const file = positionals[0];
    if (!file) throw new EaselError('bad-request', 'Expected a backup file. See: easel restore --help');
    const store = await openStoreRedis(context.config, context.logger);
    try {
      const summary = await putBack(store.redis, file, { overwrite: values.overwrite === true });
      context.print(`Restored ${summary.keys} keys, saved at ${summary.createdAt}`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
