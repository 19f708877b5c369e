// Whether the LoRAs that a prompt names can be merged into the model that is to paint. Pure.

import { loraLimits, readLoras } from '../diffusion/prompt-loras.ts';
import type { Catalogue } from '../texts/index.ts';
import type { Ground } from './behaviour.ts';
import { type Refusal, refuse } from './refusal.ts';

export interface LoraWish {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly modelHash?: string | undefined;
}

const mostNamed = 10;
const shown = (text: string) => text.slice(0, 60).replace(/`/g, 'ˋ');

/** Why an adapter does not fit, in the reader's language; names and numbers stand as they are. */
export function sayUnfit(
  texts: Catalogue,
  unfit: { reason: keyof Catalogue['loras']['reasons']; detail: string },
): string {
  const detail = unfit.detail === '' ? '' : ` (\`${unfit.detail.slice(0, 120).replace(/`/g, 'ˋ')}\`)`;
  return `${texts.loras.reasons[unfit.reason]}${detail}`;
}

export function judgeLoras({ installation, texts }: Ground, wish: LoraWish): Refusal | null {
  if (/<lora:/i.test(wish.negativePrompt)) return refuse(texts.loras.inNegative, 'lora');
  const { loras, problem } = readLoras(wish.prompt);
  if (problem !== null) return refuse(texts.loras.problem(shown(problem), loraLimits.weight, loraLimits.count), 'lora');
  if (loras.length === 0) return null;
  const offered = installation.offers.loras(wish.modelHash ?? installation.offers.defaultModel().hash);
  for (const { name } of loras) {
    const found = offered.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (found?.unfit) return refuse(texts.loras.unfit(shown(name), sayUnfit(texts, found.unfit)), 'lora');
    if (found) continue;
    const fitting = offered.filter(({ unfit }) => !unfit).map((one) => `\`${shown(one.name)}\``);
    return refuse(
      fitting.length > 0
        ? texts.loras.unknown(shown(name), fitting.slice(0, mostNamed).join(', '))
        : texts.loras.none(shown(name)),
      'lora',
    );
  }
  return null;
}
