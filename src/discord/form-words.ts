// The prompt as it comes back from a form: words, and what flags among them change. What a refused form held is given back to copy, because
// Discord closes the form whatever is answered.

import type { PaintRequest } from '../jobs/paint-request.ts';
import { type FlagName, type PromptFlags, readPrompt } from '../prompt/flags.ts';
import type { Ground, Scene } from './behaviour.ts';
import type { Submitted } from './define-component.ts';
import { sayFlagProblem } from './imagine-wish.ts';
import { code, shorten } from './message-body.ts';
import { parentOf } from './parent-job.ts';
import type { Refusal } from './refusal.ts';

export interface FormWords {
  readonly changes: Pick<PaintRequest, 'prompt'> &
    Partial<Pick<PaintRequest, 'negativePrompt' | 'seed' | 'steps' | 'guidanceScale'>>;
  /** Those that the form takes and the changes do not hold. */
  readonly flags: PromptFlags;
}

/** A text field, trimmed; empty where it was not filled in. */
export function typedIn({ fields }: Submitted, id: string): string {
  const value = fields.get(id);
  return typeof value === 'string' ? value.trim() : '';
}

/** Flags that every form takes. */
const usual: readonly FlagName[] = ['no', 'seed', 'steps', 'guidance'];

/** @param more flags that this form takes besides */
export function readFormWords({ texts }: Ground, text: string, more: readonly FlagName[] = []): FormWords | Refusal {
  const { words, flags, problem } = readPrompt(text);
  if (problem) return sayFlagProblem(texts, problem);
  const takes = [...usual, ...more];
  const foreign = (Object.keys(flags) as FlagName[]).find((flag) => !takes.includes(flag));
  if (foreign) return sayFlagProblem(texts, { reason: 'unknown', flag: foreign, limit: '' });
  return {
    flags,
    changes: {
      prompt: words,
      ...(flags.no === undefined ? {} : { negativePrompt: flags.no }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.steps === undefined ? {} : { steps: flags.steps }),
      ...(flags.guidance === undefined ? {} : { guidanceScale: flags.guidance }),
    },
  };
}

const longestCopy = 1500;

/** The refusal, and the words that were typed where they are no longer the job's, with which the form began. */
export function withWords(scene: Scene, refusal: Refusal | null, typed: string): Refusal | null {
  const began = parentOf(scene)?.job.request.prompt.trim();
  if (!refusal || typed === '' || typed === began) return refusal;
  const copy = `${scene.texts.forms.keptWords}\n\`\`\`\n${code(shorten(typed, longestCopy))}\n\`\`\``;
  return { ...refusal, refuse: `${shorten(refusal.refuse, 300)}\n${copy}` };
}
