// Named styles: words put around the prompt and added to the negative prompt. The list that everybody gets is in default-styles.ts;
// EASEL_STYLES_FILE names a JSON file of the same shape whose styles are added, or replace those of the same name.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { defaultStyles } from './default-styles.ts';

export const styleSchema = z.strictObject({
  /** What members type and see: letters, digits, spaces, hyphens. */
  name: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} '-]*$/u),
  /** One line that helps to choose. */
  description: z.string().min(1).max(80),
  /** The same for members of other languages, by Discord's locale or its first two letters; who is missing reads the one above. */
  descriptions: z.record(z.string().regex(/^[a-z]{2}(-[A-Za-z0-9]+)?$/), z.string().min(1).max(80)).optional(),
  /** `{prompt}` stands for the member's words; without it they are put in front. */
  prompt: z.string().max(500).default(''),
  negative: z.string().max(500).default(''),
});
export const stylesSchema = z.array(styleSchema).max(500);

export type Style = z.output<typeof styleSchema>;

/** The styles as a member reads them. `known` has translations of the default ones, by name. */
export function stylesIn(
  styles: readonly Style[],
  locale: string,
  known: Readonly<Record<string, string>>,
): readonly Style[] {
  const isDefault = (style: Style) => defaultStyles.includes(style);
  return styles.map((style) => {
    const own = style.descriptions?.[locale] ?? style.descriptions?.[locale.slice(0, 2)];
    const description = own ?? (isDefault(style) ? known[style.name] : undefined) ?? style.description;
    return { ...style, description };
  });
}

const slot = '{prompt}';
/** `Pixel Art`, `pixel-art` and `pixelart` are the same style. */
const keyOf = (name: string) => name.toLowerCase().replace(/[\s'-]/g, '');

export function findStyle(styles: readonly Style[], name: string): Style | null {
  return styles.find((style) => keyOf(style.name) === keyOf(name)) ?? null;
}

/** Those whose name, or else description, holds what was typed; at most `most`, best first. */
export function suggestStyles(styles: readonly Style[], typed: string, most: number): readonly Style[] {
  const wanted = keyOf(typed);
  const rank = (style: Style) => {
    if (keyOf(style.name).startsWith(wanted)) return 0;
    if (keyOf(style.name).includes(wanted)) return 1;
    return style.description.toLowerCase().includes(typed.trim().toLowerCase()) ? 2 : 3;
  };
  return styles
    .map((style) => ({ style, rank: rank(style) }))
    .filter((entry) => entry.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map((entry) => entry.style);
}

const joined = (...parts: readonly string[]) => parts.filter(Boolean).join(', ');

export interface Words {
  readonly prompt: string;
  readonly negativePrompt: string;
}

export function withStyle({ prompt, negativePrompt }: Words, style: Style): Words {
  return {
    prompt: style.prompt.includes(slot) ? style.prompt.replaceAll(slot, () => prompt) : joined(prompt, style.prompt),
    negativePrompt: joined(negativePrompt, style.negative),
  };
}

/** The default list with the operator's file over it. @throws EaselError `bad-config` that names the file and the first thing wrong. */
export async function readStyles(path: string | undefined): Promise<readonly Style[]> {
  if (path === undefined) return defaultStyles;
  try {
    const own = stylesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const replaced = new Set(own.map((style) => keyOf(style.name)));
    if (replaced.size < own.length) throw new Error('two styles have the same name');
    return [...defaultStyles.filter((style) => !replaced.has(keyOf(style.name))), ...own];
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError
        ? cause.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)[0]
        : String(cause instanceof Error ? cause.message : cause);
    throw new EaselError(
      'bad-config',
      `EASEL_STYLES_FILE: expected a list of { name, description, prompt, negative, descriptions } in ${path}; ${reason}`,
      { cause },
    );
  }
}
