// EASEL_FILTER_FILE: the operator's list of refused words in place of the built-in one, as JSON shaped like default-filter.ts.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import type { FilterCategory } from './filter-category.ts';

const fileSchema = z.array(
  z.object({
    category: z.string().min(1).max(50),
    from: z.enum(['standard', 'strict']).default('standard'),
    phrases: z.array(z.string().min(1).max(200)).max(10_000),
    onlyInPrompt: z.array(z.string().min(1).max(200)).max(10_000).optional(),
    stories: z
      .array(
        z.object({
          of: z.array(z.string().min(1).max(200)).max(1000),
          words: z.array(z.string().min(1).max(200)).max(1000),
        }),
      )
      .max(1000)
      .optional(),
    unless: z.array(z.string().min(1).max(200)).max(10_000).optional(),
  }),
);

/** @throws EaselError `bad-config` that names the file and the first thing wrong with it. */
export async function readFilterFile(path: string): Promise<readonly FilterCategory[]> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError
        ? cause.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)[0]
        : String(cause instanceof Error ? cause.message : cause);
    throw new EaselError(
      'bad-config',
      `EASEL_FILTER_FILE: expected a list of { category, from, phrases } in ${path}; ${reason}`,
      {
        cause,
      },
    );
  }
}
