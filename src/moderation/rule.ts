// One thing that a prompt may not do. A refusal is a value, never an exception; the list itself is never shown to members.

import type { GuildSettings } from '../store/guild-settings.ts';
import type { SafetyPreset } from './image-policy.ts';
import type { Reading } from './readings.ts';

/** One entry of a server's own filter. */
export type FilterEntry = GuildSettings['filter'][number];

export interface RuleText {
  readonly field: 'prompt' | 'negative';
  readonly raw: string;
  readonly readings: readonly Reading[];
}

/** The two fields of one request; `negative` is null where nothing is in it. */
export interface RuleTexts {
  readonly prompt: RuleText;
  readonly negative: RuleText | null;
}

export interface RuleSettings {
  readonly preset: SafetyPreset;
  /** The guild's own refused words and phrases. */
  readonly refusedPhrases: readonly string[];
  /** What its moderators added by /admin filter. Default: nothing. */
  readonly filter?: readonly FilterEntry[];
}

/** Which sentence of the catalogue says it. */
export type RefusalKey = 'refusedWords' | 'refusedMinors' | 'inviteLink' | 'promptTooLong' | 'emptyPrompt';

export interface Finding {
  readonly ruleId: string;
  readonly category: string;
  readonly field: RuleText['field'];
  readonly sentence: RefusalKey;
  /** The words of the list that stand in the text; for moderators alone. */
  readonly matched?: string;
  /** The entry of the server's own filter. */
  readonly entryId?: string;
}

export interface Rule {
  readonly id: string;
  /** Null lets it pass. */
  judge(text: RuleText, settings: RuleSettings, texts: RuleTexts): Omit<Finding, 'ruleId' | 'field'> | null;
}
