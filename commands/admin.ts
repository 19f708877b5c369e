// /admin: what moderators do with the bot. One file per subcommand in commands/admin/; each says what its user must be allowed to do.

import { PermissionFlagsBits } from 'discord-api-types/v10';
import { defineCommandGroup } from '../src/discord/define-command.ts';
import { adminSubcommands } from './admin/index.ts';

export const admin = defineCommandGroup({
  words: (texts) => texts.commands.admin,
  // Nobody moderates a direct message; the strict preset stands there.
  places: 'guilds',
  defaultMemberPermissions: PermissionFlagsBits.ModerateMembers,
  subcommands: adminSubcommands,
});
