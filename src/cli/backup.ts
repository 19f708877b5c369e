import { openStoreRedis } from '../launcher/open-store-redis.ts';
import { type CliCommand, textOption } from './cli-command.ts';

export const backup: CliCommand = {
  name: 'backup',
  summary: 'Saves settings, bans, audit trail, requests and all else that Easel remembers into one file.',
  positionals: '[file]',
  options: { prefix: { type: 'string', value: 'text', description: 'key prefix to save (default easel:)' } },
  examples: ['easel backup easel-backup.gz', 'easel restore easel-backup.gz'],
  async run(context, values, positionals) {
    const { backup: save } = await import('../store/backup.ts');
    const file = positionals[0] ?? `easel-backup-${new Date().toISOString().slice(0, 10)}.gz`;
    const store = await openStoreRedis(context.config, context.logger);
    try {
      const summary = await save(store.redis, file, textOption(values, 'prefix'));
      context.print(`Saved ${summary.keys} keys to ${file}`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
