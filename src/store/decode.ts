// Values read from Redis are parsed like any input: an operator, an older version or an attacker may have written them.

import type { z } from 'zod';
import { EaselError } from '../errors.ts';

/** @throws EaselError `store-corrupt` naming the value, never quoting it: it may hold prompts or tokens. */
export function decode<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EaselError(
      'store-corrupt',
      `Expected JSON for ${what} but received ${text.length} characters that are not`,
      { cause },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0];
  throw new EaselError(
    'store-corrupt',
    `Expected a readable value for ${what} but its field ${where?.path.join('.') || '(root)'} is wrong: ${where?.message ?? ''}`,
    { cause: parsed.error },
  );
}

export function decodeOr<T, F>(schema: z.ZodType<T>, text: string | null | undefined, fallback: F): T | F {
  if (text === null || text === undefined || text === '') return fallback;
  try {
    return decode(schema, text, '');
  } catch {
    return fallback;
  }
}
