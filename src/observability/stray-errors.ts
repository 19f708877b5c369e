// What a process that serves for months does with an error that nobody caught. Node would end it in both cases.

import type { Logger } from './logger.ts';

export function watchStrayErrors(logger: Logger): void {
  // Goes on: one piece of work has failed, and what it held is its own. Ending the process would fail everybody else's work with it, and a
  // server that sends the same odd event again would end the next process as well.
  process.on('unhandledRejection', (err) => logger.error({ err }, 'a promise failed and nobody was waiting for it'));
  // Exits: a callback was left half-way, and what it was changing may stand in any state. Whoever started the process starts it again, and
  // what it had promised is taken up from Redis.
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'an error was thrown where nobody catches: the process ends');
    process.exit(1);
  });
}
