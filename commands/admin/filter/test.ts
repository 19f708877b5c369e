// /admin filter test: what would become of a text, and which rule would do it. Asks the same rules as a request does.

import { defineSubcommand } from '../../../src/discord/define-command.ts';
import { code, maxContentLength, quiet, shorten } from '../../../src/discord/message-body.ts';
import { stringOption } from '../../../src/discord/options.ts';
import { hardLimits } from '../../../src/jobs/paint-request.ts';
import { noticedEntries } from '../../../src/moderation/filter-entry.ts';
import { judgePrompt } from '../../../src/moderation/judge-prompt.ts';
import { stricterPreset } from '../../../src/moderation/settings-change.ts';

const options = { text: stringOption({ required: true, minLength: 1, maxLength: hardLimits.promptCharacters }) };

export const filterTest = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.filter.subcommands.test,
  options,
  needs: 'manage',
  first: 'private',
  async handle({ guild, installation, reply, rules, texts }, { text }) {
    const words = texts.admin.filter;
    const preset = stricterPreset(guild.safety, installation.ceilings.safety);
    const shownPreset = texts.admin.panel.presets[preset].name;
    const { refusedPhrases, filter } = guild;
    const given = { prompt: text, negativePrompt: '' };
    const found = judgePrompt(rules, given, { preset, refusedPhrases, filter });
    const ruleNames: Readonly<Record<string, string>> = words.rules;
    const lines = found
      ? [
          found.matched === undefined
            ? words.refusedBy(ruleNames[found.ruleId] ?? found.ruleId, shownPreset)
            : words.refusedFor(ruleNames[found.ruleId] ?? found.ruleId, shownPreset, `\`${code(found.matched)}\``),
        ]
      : noticedEntries(filter, given).map(({ entry }) =>
          words.noticedFor(words.actions[entry.action], `\`${code(entry.text)}\``),
        );
    const content = lines.length === 0 ? words.passes(shownPreset) : shorten(lines.join('\n'), maxContentLength);
    await reply.edit(quiet({ content }));
  },
});
