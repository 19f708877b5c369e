// /about: what this is, the model card in brief, and what it has cost in energy so far.

import { defineCommand } from '../src/discord/define-command.ts';
import { quiet } from '../src/discord/message-body.ts';

const msPerHour = 3_600_000;

export const about = defineCommand({
  words: (texts) => texts.commands.about,
  options: {},
  first: 'private',
  async handle({ texts, installation, services, reply }) {
    const { energy } = installation;
    const model = installation.offers.defaultModel();
    const totals = await services.totals();
    // The model card's method: power x time x carbon intensity of the grid.
    const wattHours = (energy.watts * totals.paintMs) / msPerHour;
    const grams = (wattHours / 1000) * energy.gramsPerKilowattHour;
    const body = texts.about.body(model.name, model.hash.slice(0, 12));
    const used = texts.about.energy(totals.pictures, wattHours.toFixed(1), grams.toFixed(1));
    await reply.edit(quiet({ embeds: [{ title: texts.about.title, description: `${body}\n\n${used}` }] }));
  },
});
