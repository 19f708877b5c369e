// LoRAs as autocomplete shows them: those that fit any model, since Discord does not say which one is being chosen. A strength after a
// colon stays as typed.

import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { loraLimits } from '../diffusion/prompt-loras.ts';
import { shorten } from './message-body.ts';
import type { Offers } from './offers.ts';

const mostChoices = 25;

export function suggestLoraChoices(
  offers: Offers,
  typed: string,
): readonly APIApplicationCommandOptionChoice<string>[] {
  const [wanted = '', weight] = typed.split(':').map((part) => part.trim());
  const fitting = offers.models().flatMap(({ hash }) => offers.loras(hash).filter(({ unfit }) => !unfit));
  return [...new Set(fitting.map(({ name }) => name))]
    .filter((name) => name.length <= loraLimits.nameCharacters && name.toLowerCase().includes(wanted.toLowerCase()))
    .sort((a, b) => a.localeCompare(b))
    .slice(0, mostChoices)
    .map((name) => {
      const value = weight ? `${name}:${weight.slice(0, 10)}` : name;
      return { name: shorten(value, 100), value };
    });
}
