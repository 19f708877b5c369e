// Styles as autocomplete shows them: name and, as far as Discord's 100 characters go, what it looks like.

import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { stylesIn, suggestStyles } from '../prompt/styles.ts';
import type { Ground } from './behaviour.ts';
import { shorten } from './message-body.ts';

const mostChoices = 25;

export function suggestStyleChoices(
  { facts, texts, installation }: Pick<Ground, 'facts' | 'texts' | 'installation'>,
  typed: string,
): readonly APIApplicationCommandOptionChoice<string>[] {
  const styles = stylesIn(installation.styles, facts.locale, texts.styles);
  return suggestStyles(styles, typed, mostChoices).map(({ name, description }) => ({
    name: shorten(`${name}: ${description}`, 100),
    value: name,
  }));
}
