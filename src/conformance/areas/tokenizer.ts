// tokenizer.json: texts and their 77 ids, exactly. tokenizer-disagreements.json: texts on which CLIP tokenizers differ; ours must be the
// fast one wherever its versions agree, and one of its answers where they do not.

import { join } from 'node:path';
import { z } from 'zod';
import { ClipTokenizer } from '../../diffusion/tokenizer.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, sameNumbers } from '../area.ts';
import { readJson } from '../read.ts';

const area = 'tokenizer';
const ids = z.array(z.int());

const casesSchema = z.object({ cases: z.array(z.strictObject({ text: z.string(), input_ids: ids })) });
const disagreementsSchema = z.object({
  cases: z.array(z.looseObject({ text: z.string(), hf_fast: ids, hf_fast_transformers_5: ids.optional() })),
});

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const folders = context.files.filter((path) => path.endsWith('/tokenizer/vocab.json'));
  const folder = folders[0]?.slice(0, -'/vocab.json'.length);
  if (folder === undefined) return;
  for (const path of context.files) if (path.startsWith(`${folder}/`)) context.claim(path);
  const tokenizer = await ClipTokenizer.open(join(context.fixturesDir, folder));

  if (context.files.includes('tokenizer.json')) {
    context.claim('tokenizer.json');
    const { cases } = await readJson(context, 'tokenizer.json', casesSchema);
    for (const golden of cases) {
      const ours = tokenizer.encode(golden.text);
      yield exact(area, short(golden.text), sameNumbers(ours, golden.input_ids), `got ${ours}`);
    }
  }

  if (context.files.includes('tokenizer-disagreements.json')) {
    context.claim('tokenizer-disagreements.json');
    const { cases } = await readJson(context, 'tokenizer-disagreements.json', disagreementsSchema);
    for (const golden of cases) {
      const ours = tokenizer.encode(golden.text);
      const answers = [golden.hf_fast, golden.hf_fast_transformers_5 ?? golden.hf_fast];
      const name = `fast variant of ${short(golden.text)}`;
      yield exact(
        area,
        name,
        answers.some((answer) => sameNumbers(ours, answer)),
        `got ${ours}`,
      );
    }
  }
}

function short(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 50 ? `${quoted.slice(0, 47)}..."` : quoted;
}

export const tokenizer: Area = { name: area, run };
