import { expect, test } from 'vitest';
import { type Facts, readFacts } from '../../src/discord/facts.ts';
import { guildTexts } from '../../src/discord/guild-texts.ts';
import { startTwin } from '../../src/playground/start.ts';
import { interactionPayload } from '../../src/playground/state/interaction-payload.ts';
import { defaultGuildSettings } from '../../src/store/guild-settings.ts';
import { textsFor } from '../../src/texts/index.ts';
import { PAINT_COMMAND, raw } from '../playground/rig.ts';

test('what a server reads is in its own language, or in the one that its moderators chose; never in the presser’s', async () => {
  const twin = await startTwin();
  await raw(twin, 'PUT', `/applications/${twin.applicationId}/commands`, [PAINT_COMMAND]);
  const ada = twin.actor('ada');
  ada.setLocale('ja');
  const factsIn = (place: string): Facts => {
    const { interaction } = ada.runCommand(place, '/imagine', { prompt: 'x' });
    return readFacts(interactionPayload(twin.world, interaction) as Parameters<typeof readFacts>[0]);
  };
  twin.world.guild.locale = 'fr';
  const facts = factsIn('general');
  expect(facts).toMatchObject({ locale: 'ja', guildLocale: 'fr' });
  expect(guildTexts({ facts, guild: defaultGuildSettings })).toBe(textsFor('fr'));
  expect(guildTexts({ facts, guild: { ...defaultGuildSettings, locale: 'de' } })).toBe(textsFor('de'));
  expect(factsIn('dm').guildLocale).toBeNull();
  await twin.close();
});
