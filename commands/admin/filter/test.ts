// /admin filter test: what would become of a text, and which rule would do it. Read as a request is (flags, permutations, LoRAs, a negative
// prompt) and judged by the same rules; the moderator's own settings, which others do not have, are left out.

import { defineSubcommand } from '../../../src/discord/define-command.ts';
import { readWishes } from '../../../src/discord/imagine-wish.ts';
import { code, maxContentLength, quiet, shorten } from '../../../src/discord/message-body.ts';
import { stringOption } from '../../../src/discord/options.ts';
import { findInWords } from '../../../src/discord/paint-checks.ts';
import { hardLimits } from '../../../src/jobs/paint-request.ts';
import { noticedEntries } from '../../../src/moderation/filter-entry.ts';
import { stricterPreset } from '../../../src/moderation/settings-change.ts';

const options = {
  text: stringOption({ required: true, minLength: 1, maxLength: hardLimits.promptCharacters }),
  negative: stringOption({ maxLength: hardLimits.promptCharacters }),
};

export const filterTest = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.filter.subcommands.test,
  options,
  needs: 'manage',
  first: 'private',
  async handle({ guild, installation, reply, rules, texts }, { text, negative }) {
    const words = texts.admin.filter;
    const read = readWishes({ installation, texts, guild }, { prompt: text, negative });
    if ('refuse' in read) {
      await reply.edit(quiet({ content: read.refuse }));
      return;
    }
    const preset = stricterPreset(guild.safety, installation.ceilings.safety);
    const shownPreset = texts.admin.panel.presets[preset].name;
    const { refusedPhrases, filter } = guild;
    const [found] = read.wishes.flatMap(
      (wish) => findInWords({ rules }, wish, { preset, refusedPhrases, filter }) ?? [],
    );
    const ruleNames: Readonly<Record<string, string>> = words.rules;
    const lines = found
      ? [
          found.matched === undefined
            ? words.refusedBy(ruleNames[found.ruleId] ?? found.ruleId, shownPreset)
            : words.refusedFor(ruleNames[found.ruleId] ?? found.ruleId, shownPreset, `\`${code(found.matched)}\``),
        ]
      : [...new Set(read.wishes.flatMap((wish) => noticedEntries(filter, wish).map(({ entry }) => entry)))].map(
          (entry) => words.noticedFor(words.actions[entry.action], `\`${code(entry.text)}\``),
        );
    const content = lines.length === 0 ? words.passes(shownPreset) : shorten(lines.join('\n'), maxContentLength);
    await reply.edit(quiet({ content }));
  },
});
