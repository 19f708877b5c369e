// Redis refuses a command when a key holds another kind of value than it takes ("WRONGTYPE") or words where numbers are counted. The answer
// of a script does not say which key that was; this does.

import type { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { familyOf, keyTypes } from './redis-key-types.ts';

/** Whether it is about what is stored: asking again changes nothing. */
export function isAboutValues(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.name === 'ReplyError' &&
    /^WRONGTYPE|not an integer|not a valid float|out of range|arithmetic on a nil/i.test(error.message)
  );
}

/** @returns `store-corrupt` naming the keys at fault, or the error as it is where it is about something else */
export async function explainRefusal(redis: Redis, keys: readonly string[], error: unknown): Promise<unknown> {
  if (!isAboutValues(error)) return error;
  const types = await Promise.all(keys.map((key) => redis.type(key).catch(() => 'none')));
  const wrong = keys.flatMap((key, index) => {
    const family = familyOf(key);
    const type = types[index] ?? 'none';
    return family === null || type === 'none' || type === keyTypes[family]
      ? []
      : [`a ${keyTypes[family]} in ${key} but found a ${type}`];
  });
  const what = wrong.length > 0 ? wrong.join('; ') : `numbers in one of ${[...new Set(keys)].join(', ')}`;
  return new EaselError('store-corrupt', `Expected ${what}`, { cause: error });
}
