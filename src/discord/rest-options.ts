// What every REST client of ours is given.

import type { RESTOptions } from 'discord.js';

export const restOptions = {
  version: '10',
  retries: 3,
  // discord.js keeps one queue per interaction token and sweeps the idle ones once an hour by default: at ten presses a second 36,000 of them.
  handlerSweepInterval: 5 * 60_000,
} as const satisfies Partial<RESTOptions>;
