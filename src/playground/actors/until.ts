// Waiting for something to become true of the twin: looked at now and after every event, until a deadline in real time.

import { EaselError } from '../../errors.ts';
import type { World } from '../state.ts';

export const DEFAULT_WAIT_MS = 10_000;

/** Resolves with the first value of `probe` that is not undefined; rejects, naming `what` and what stood there instead, when the time is up. */
export function until<T>(
  world: World,
  what: string,
  probe: () => T | undefined,
  timeoutMs = DEFAULT_WAIT_MS,
  instead: () => string | undefined = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const timer = setTimeout(() => {
      stop();
      const found = instead();
      const ending = found === undefined ? 'it did not come' : `found ${found}`;
      reject(new EaselError('bad-request', `Expected ${what} within ${timeoutMs} ms but ${ending}`));
    }, timeoutMs);
    const look = () => {
      try {
        const value = probe();
        if (value === undefined) return;
        stop();
        clearTimeout(timer);
        resolve(value);
      } catch (error) {
        stop();
        clearTimeout(timer);
        reject(error);
      }
    };
    stop = world.listen(look);
    look();
  });
}
