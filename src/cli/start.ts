import { fileURLToPath } from 'node:url';
import { watchStrayErrors } from '../observability/stray-errors.ts';
import { aborted } from './aborted.ts';
import type { CliCommand } from './cli-command.ts';

export const start: CliCommand = {
  name: 'start',
  summary:
    'Everything on this machine: Redis, workers, bot and delivery; without DISCORD_TOKEN also the playground page.',
  async run(context) {
    const { start: startEverything } = await import('../launcher/start.ts');
    const say = context.print;
    watchStrayErrors(context.logger);
    const easel = await startEverything({
      config: context.config,
      logger: context.logger,
      entry: fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url)),
      environment: context.environment,
      say,
    });
    await Promise.race([
      easel.painting.then(() => say('Ready to paint. Ctrl-C stops everything.')),
      aborted(context.signal),
      easel.ended,
    ]);
    const ended = await Promise.race([easel.ended, aborted(context.signal)]);
    if (typeof ended === 'string') say(ended);
    say('Stopping: finishing or handing back what is being painted ...');
    await easel.close();
    return typeof ended === 'string' ? 1 : 0;
  },
};
