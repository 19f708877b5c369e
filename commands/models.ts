// /models: what this installation can paint with right now, as its workers say.

import { samplers } from '../src/diffusion/samplers/index.ts';
import { defineCommand } from '../src/discord/define-command.ts';
import { plain, quiet, shorten } from '../src/discord/message-body.ts';
import { defaultsFor } from '../src/jobs/model-defaults.ts';

/** More would not fit into one embed whatever their names are. */
const mostShown = 25;
/** Of one model; autocomplete knows them all. */
const mostAdapters = 5;

export const models = defineCommand({
  words: (texts) => texts.commands.models,
  options: {},
  first: 'private',
  async handle({ texts, installation, reply }) {
    const { offers } = installation;
    await offers.refresh();
    const standard = offers.defaultModel();
    const all = offers.models();
    const lines = all.slice(0, mostShown).map((model) => {
      const words = [
        `**${plain(shorten(model.name, 60))}**`,
        `\`${model.hash.slice(0, 12)}\``,
        `${model.nativeSize} px`,
      ];
      if (model.hash === standard.hash) words.push(texts.models.standard);
      if (!offers.isHeld(model.hash)) words.push(texts.models.away);
      const { steps, guidanceScale, sampler } = defaultsFor(model.defaults, installation.defaults);
      const settings = [
        `${Math.min(steps, installation.limits.maxSteps)} ${texts.job.parts.steps}`,
        `${texts.job.parts.guidance} ${guidanceScale}`,
        samplers[sampler].label,
      ];
      const named = (title: string, found: readonly { name: string; unfit: unknown }[]) => {
        const fitting = found.filter(({ unfit }) => !unfit);
        const shown = fitting.slice(0, mostAdapters).map(({ name }) => `\`${name.slice(0, 60).replace(/`/g, 'ˋ')}\``);
        const rest = fitting.length > mostAdapters ? ` +${fitting.length - mostAdapters}` : '';
        return shown.length > 0 ? [`-# ${title}: ${shown.join(', ')}${rest}`] : [];
      };
      return [
        words.join(' · '),
        `-# ${settings.join(' · ')}`,
        ...named('LoRA', offers.loras(model.hash)),
        ...named(texts.models.embeddings, offers.embeddings(model.hash)),
      ].join('\n');
    });
    const more = all.length > mostShown ? [texts.queue.more(all.length - mostShown)] : [];
    const description = shorten([...lines, ...more, '', texts.models.howTo].join('\n'), 4096);
    await reply.edit(quiet({ embeds: [{ title: texts.models.title, description }] }));
  },
});
