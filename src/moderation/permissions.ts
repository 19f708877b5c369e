// Who may do what in a server, asked of the press at hand and the server's settings, never of what a button knew when it was drawn.
// Discord's own permissions count first; a server may name further moderator roles.

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { GuildSettings } from '../store/guild-settings.ts';

export interface Presser {
  readonly guildId: string | null;
  /** Discord's permission bits of the presser in this channel. */
  readonly permissions: bigint;
  readonly roleIds: readonly string[];
}

type Roles = Pick<GuildSettings, 'moderatorRoleIds'>;

function has(presser: Presser, bits: bigint): boolean {
  return presser.guildId !== null && (presser.permissions & (bits | P.Administrator)) !== 0n;
}

/** Delete and cancel what others made, review, ban. Nobody moderates a direct message. */
export function mayModerate(presser: Presser, guild: Roles): boolean {
  if (has(presser, P.ModerateMembers | P.ManageMessages)) return true;
  return presser.guildId !== null && presser.roleIds.some((roleId) => guild.moderatorRoleIds.includes(roleId));
}

/** Change settings and filters, take pictures down. */
export function mayManage(presser: Presser): boolean {
  return has(presser, P.ManageGuild);
}
