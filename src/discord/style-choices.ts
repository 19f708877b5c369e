// Styles as autocomplete shows them: name and, as far as Discord's 100 characters go, what it looks like.

import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { type Style, suggestStyles } from '../prompt/styles.ts';
import { shorten } from './message-body.ts';

const mostChoices = 25;

export function suggestStyleChoices(
  styles: readonly Style[],
  typed: string,
): readonly APIApplicationCommandOptionChoice<string>[] {
  return suggestStyles(styles, typed, mostChoices).map(({ name, description }) => ({
    name: shorten(`${name}: ${description}`, 100),
    value: name,
  }));
}
