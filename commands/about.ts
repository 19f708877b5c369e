// /about: what this is, the model card in brief, and what it has cost in energy so far.

import { defineCommand } from '../src/discord/define-command.ts';
import { energyOf } from '../src/discord/energy.ts';
import { quiet } from '../src/discord/message-body.ts';

export const about = defineCommand({
  words: (texts) => texts.commands.about,
  options: {},
  first: 'private',
  async handle({ texts, installation, services, reply }) {
    const model = installation.offers.defaultModel();
    const totals = await services.totals();
    const { wattHours, gramsCo2 } = energyOf(installation.energy, totals.paintMs);
    const body = texts.about.body(model.name, model.hash.slice(0, 12));
    const used = texts.about.energy(totals.pictures, wattHours.toFixed(1), gramsCo2.toFixed(1));
    await reply.edit(quiet({ embeds: [{ title: texts.about.title, description: `${body}\n\n${used}` }] }));
  },
});
