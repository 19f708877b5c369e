// Who may do what in a server, asked of the press at hand and the server's settings, never of what a button knew when it was drawn.
// Discord's own permissions count first; a server may name further moderator roles, and an operator roles that may do everything.

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { GuildSettings } from '../store/guild-settings.ts';

export interface Presser {
  readonly guildId: string | null;
  /** Discord's permission bits of the presser in this channel. */
  readonly permissions: bigint;
  readonly roleIds: readonly string[];
}

/**
 * moderate  bans, queue, reviews, audit trail
 * manage    settings, filter, takedowns
 */
export type Duty = 'moderate' | 'manage';

type Roles = Pick<GuildSettings, 'moderatorRoleIds'>;

function has(presser: Presser, bits: bigint): boolean {
  return presser.guildId !== null && (presser.permissions & (bits | P.Administrator)) !== 0n;
}

function wearsOneOf(presser: Presser, roleIds: readonly string[]): boolean {
  return presser.guildId !== null && presser.roleIds.some((roleId) => roleIds.includes(roleId));
}

/** Delete and cancel what others made, review, ban. Nobody moderates a direct message. */
export function mayModerate(presser: Presser, guild: Roles): boolean {
  return has(presser, P.ModerateMembers | P.ManageMessages) || wearsOneOf(presser, guild.moderatorRoleIds);
}

/** Change settings and filters, take pictures down. */
export function mayManage(presser: Presser): boolean {
  return has(presser, P.ManageGuild);
}

/** Wears a role that the operator trusts with everything, in every server. */
export function isOperator(presser: Presser, operatorRoleIds: readonly string[]): boolean {
  return wearsOneOf(presser, operatorRoleIds);
}

/** What /admin asks. @param operatorRoleIds roles that the operator trusts with everything */
export function mayDo(duty: Duty, presser: Presser, guild: Roles, operatorRoleIds: readonly string[]): boolean {
  if (mayManage(presser) || isOperator(presser, operatorRoleIds)) return true;
  if (duty === 'manage') return false;
  return has(presser, P.ModerateMembers) || wearsOneOf(presser, guild.moderatorRoleIds);
}
