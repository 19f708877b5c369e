import { once } from 'node:events';
import { loadEnvironment } from '../config/load-environment.ts';
import type { CliCommand } from './cli-command.ts';

export const start: CliCommand = {
  name: 'start',
  summary: 'Runs everything on this machine; without DISCORD_TOKEN, on the local playground page.',
  async run({ config, logger, signal, print }) {
    const launcher = await import('../launcher/start.ts');
    const easel = await launcher.start({
      config,
      logger,
      entry: process.argv[1] ?? '',
      environment: loadEnvironment(),
      say: print,
    });
    void easel.painting.then(() => print('The worker is ready to paint. Ctrl-C stops everything.'));
    if (!signal.aborted) await once(signal, 'abort');
    print('Stopping: the running picture is finished or handed back ...');
    await easel.close();
    return 0;
  },
};
