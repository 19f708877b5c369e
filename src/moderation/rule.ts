// One thing that a prompt may not do. A refusal is a value, never an exception; the list itself is never shown to members.

import type { SafetyPreset } from './image-policy.ts';
import type { WordForms } from './normalise.ts';

export interface RuleText {
  readonly field: 'prompt' | 'negative';
  readonly raw: string;
  readonly words: readonly WordForms[];
}

export interface RuleSettings {
  readonly preset: SafetyPreset;
  /** The guild's own refused words and phrases. */
  readonly refusedPhrases: readonly string[];
}

/** Which sentence of the catalogue says it. */
export type RefusalKey = 'refusedWords' | 'refusedMinors' | 'inviteLink' | 'promptTooLong' | 'emptyPrompt';

export interface Finding {
  readonly ruleId: string;
  readonly category: string;
  readonly field: RuleText['field'];
  readonly sentence: RefusalKey;
}

export interface Rule {
  readonly id: string;
  /** Null lets it pass. */
  judge(text: RuleText, settings: RuleSettings): Omit<Finding, 'ruleId' | 'field'> | null;
}
