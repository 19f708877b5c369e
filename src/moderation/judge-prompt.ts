// Runs every rule over prompt and negative prompt alike; the first refusal wins, the floor before all others.

import { wordForms } from './normalise.ts';
import type { Finding, Rule, RuleSettings, RuleText } from './rule.ts';

export function judgePrompt(
  rules: readonly Rule[],
  texts: { readonly prompt: string; readonly negativePrompt: string },
  settings: RuleSettings,
): Finding | null {
  const fields: RuleText[] = [{ field: 'prompt', raw: texts.prompt, words: wordForms(texts.prompt) }];
  if (texts.negativePrompt) {
    fields.push({ field: 'negative', raw: texts.negativePrompt, words: wordForms(texts.negativePrompt) });
  }
  for (const rule of rules) {
    for (const text of fields) {
      const found = rule.judge(text, settings);
      if (found) return { ...found, ruleId: rule.id, field: text.field };
    }
  }
  return null;
}
