// Runs every rule over prompt and negative prompt; the first refusal wins, the floor before all others. What counts in which of the two is
// each rule's to say: docs/decisions/2026-11-27-negative-prompts.md.

import { readingsOf } from './readings.ts';
import type { Finding, Rule, RuleSettings, RuleText, RuleTexts } from './rule.ts';

export interface PromptTexts {
  readonly prompt: string;
  readonly negativePrompt: string;
}

/** A request is judged more than once, with and without its server's settings: the last few texts are read once. */
const read = new Map<string, RuleText['readings']>();
const mostRead = 4;

function ruleText(field: RuleText['field'], raw: string): RuleText {
  let readings = read.get(raw);
  if (!readings) {
    if (read.size >= mostRead) read.clear();
    readings = readingsOf(raw);
    read.set(raw, readings);
  }
  return { field, raw, readings };
}

export function ruleTexts({ prompt, negativePrompt }: PromptTexts): RuleTexts {
  return {
    prompt: ruleText('prompt', prompt),
    negative: negativePrompt === '' ? null : ruleText('negative', negativePrompt),
  };
}

export const fieldsOf = ({ prompt, negative }: RuleTexts): readonly RuleText[] =>
  negative ? [prompt, negative] : [prompt];

export function judgePrompt(rules: readonly Rule[], texts: PromptTexts, settings: RuleSettings): Finding | null {
  const both = ruleTexts(texts);
  for (const rule of rules) {
    for (const text of fieldsOf(both)) {
      const found = rule.judge(text, settings, both);
      if (found) return { ...found, ruleId: rule.id, field: text.field };
    }
  }
  return null;
}
