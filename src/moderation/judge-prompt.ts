// Runs every rule over prompt and negative prompt alike; the first refusal wins, the floor before all others.

import { wordForms } from './normalise.ts';
import type { Finding, Rule, RuleSettings, RuleText } from './rule.ts';

export interface PromptTexts {
  readonly prompt: string;
  readonly negativePrompt: string;
}

export function ruleTexts({ prompt, negativePrompt }: PromptTexts): readonly RuleText[] {
  const fields: RuleText[] = [{ field: 'prompt', raw: prompt, words: wordForms(prompt) }];
  if (negativePrompt) fields.push({ field: 'negative', raw: negativePrompt, words: wordForms(negativePrompt) });
  return fields;
}

export function judgePrompt(rules: readonly Rule[], texts: PromptTexts, settings: RuleSettings): Finding | null {
  const fields = ruleTexts(texts);
  for (const rule of rules) {
    for (const text of fields) {
      const found = rule.judge(text, settings);
      if (found) return { ...found, ruleId: rule.id, field: text.field };
    }
  }
  return null;
}
