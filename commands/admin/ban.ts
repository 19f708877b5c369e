// /admin ban: keeps a member from the bot in this server, for a time or for good. Discord's own bans are another thing.

import { banMember, judgeBan } from '../../src/discord/ban-member.ts';
import { defineSubcommand } from '../../src/discord/define-command.ts';
import { parseDuration, suggestDurations } from '../../src/discord/durations.ts';
import { memberOption, stringOption } from '../../src/discord/options.ts';
import { refuse } from '../../src/discord/refusal.ts';

const options = {
  member: memberOption({ required: true }),
  duration: stringOption({ maxLength: 30, suggests: true }),
  reason: stringOption({ maxLength: 500 }),
};

export const ban = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.ban,
  options,
  needs: 'moderate',
  suggest: async ({ texts }, { text }) => suggestDurations(texts, text),
  first: 'private',
  check: ({ texts }, { duration }) =>
    duration !== undefined && parseDuration(duration) === null ? refuse(texts.admin.noDuration) : null,
  judge: (scene, { member }) => judgeBan(scene, member),
  async handle(stage, { member, duration, reason }) {
    const ms = duration === undefined ? null : parseDuration(duration);
    const { userId, displayName } = member;
    const until = ms === null ? null : Date.now() + ms;
    await banMember(stage, { userId, displayName, reason: reason ?? null, until });
  },
});
