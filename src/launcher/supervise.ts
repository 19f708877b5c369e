// Keeps one child process running: started again with growing pauses when it ends by itself, ended with patience when asked.
// The child hears of its parent's death by the closing of the channel between them.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '../observability/logger.ts';

export interface SupervisedOptions {
  readonly name: string;
  /** Words after the node binary. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** How long SIGTERM may take before SIGKILL. Default 60 s. */
  readonly patienceMs?: number;
  /** Longest pause before a restart. Default 30 s. */
  readonly longestPauseMs?: number;
}

export interface Supervised {
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
  /** Ends it as `stop` does and starts it again at once. @returns its exit code, or the signal that ended it; null where it did not run */
  restart(): Promise<number | NodeJS.Signals | null>;
}

const shortestPauseMs = 500;
/** A child that lived so long has earned a quick restart. */
const settledMs = 60_000;

export function supervise(options: SupervisedOptions): Supervised {
  const { name, logger, patienceMs = 60_000, longestPauseMs = 30_000 } = options;
  let child: ChildProcess | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopping = false;
  let failures = 0;

  function start(): void {
    const startedAt = Date.now();
    const started = spawn(process.execPath, [...process.execArgv, ...options.args], {
      env: options.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A terminal's Ctrl-C is for the launcher, which ends its children in order.
      detached: true,
    });
    child = started;
    started.once('error', (err) => logger.error({ err, name }, 'could not be started'));
    started.once('exit', (code, signal) => {
      child = null;
      if (stopping) return;
      failures = Date.now() - startedAt > settledMs ? 1 : failures + 1;
      const pauseMs = Math.min(longestPauseMs, shortestPauseMs * 2 ** (failures - 1));
      logger.error({ name, code, signal, pauseMs }, 'ended unexpectedly and will be started again');
      timer = setTimeout(start, pauseMs);
    });
  }

  async function end(): Promise<number | NodeJS.Signals | null> {
    stopping = true;
    if (timer) clearTimeout(timer);
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return null;
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.kill('SIGTERM');
    const late = setTimeout(() => ending.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(late);
    return ending.exitCode ?? ending.signalCode;
  }

  start();
  return {
    pid: () => child?.pid,
    async stop() {
      await end();
    },
    async restart() {
      const result = await end();
      stopping = false;
      start();
      return result;
    },
  };
}
