// /admin timeout: a ban that ends by itself.

import { banMember, judgeBan } from '../../src/discord/ban-member.ts';
import { defineSubcommand } from '../../src/discord/define-command.ts';
import { parseDuration, suggestDurations } from '../../src/discord/durations.ts';
import { memberOption, stringOption } from '../../src/discord/options.ts';
import { refuse } from '../../src/discord/refusal.ts';

const options = {
  member: memberOption({ required: true }),
  duration: stringOption({ required: true, maxLength: 30, suggests: true }),
  reason: stringOption({ maxLength: 500 }),
};

export const timeout = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.timeout,
  options,
  needs: 'moderate',
  suggest: async ({ texts }, { text }) => suggestDurations(texts, text),
  first: 'private',
  check: ({ texts }, { duration }) => (parseDuration(duration) === null ? refuse(texts.admin.noDuration) : null),
  judge: (scene, { member }) => judgeBan(scene, member),
  async handle(stage, { member, duration, reason }) {
    const until = Date.now() + (parseDuration(duration) ?? 0);
    const { userId, displayName } = member;
    await banMember(stage, { userId, displayName, reason: reason ?? null, until });
  },
});
