// Bans from the bot, effective at once: the gate turns the member away from now on, and what waits or runs for them stops.

import { DiscordAPIError, Routes } from 'discord.js';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { mayDo } from '../moderation/permissions.ts';
import type { Scene, Stage } from './behaviour.ts';
import { sayTime } from './durations.ts';
import { presserOf } from './facts.ts';
import { plain, quiet } from './message-body.ts';
import { recordAction, requireGuild } from './mod-log.ts';
import type { PickedMember } from './options.ts';
import { type Refusal, refuse } from './refusal.ts';

const memberSchema = z.object({
  user: z.object({ bot: z.boolean().optional() }).optional(),
  roles: z.array(z.string()).default([]),
});
const guildSchema = z.object({ owner_id: z.string() });
const rolesSchema = z.array(z.object({ id: z.string(), permissions: z.string() }));

export interface BanWish {
  readonly userId: string;
  readonly displayName?: string;
  readonly reason: string | null;
  /** Unix milliseconds; null is for good. */
  readonly until: number | null;
}

/** Nobody bans themselves or a bot, and moderators are banned only by those who manage the server. */
export function judgeBan(scene: Scene, member: PickedMember): Refusal | null {
  const { facts, guild, installation, texts } = scene;
  if (member.userId === facts.user.id) return refuse(texts.admin.notYourself);
  if (member.isBot) return refuse(texts.admin.notABot);
  const mayManageHere = mayDo('manage', presserOf(facts), guild, installation.operatorRoleIds);
  const target = { guildId: facts.guildId, permissions: member.permissions, roleIds: member.roleIds };
  return !mayManageHere && mayDo('moderate', target, guild, installation.operatorRoleIds)
    ? refuse(texts.admin.notAModerator)
    : null;
}

/**
 * `judgeBan` of somebody whom the interaction says nothing about: Discord is asked. Who has left the server is nobody there.
 * @throws DiscordAPIError
 */
export async function judgeTarget(stage: Stage, userId: string): Promise<Refusal | null> {
  const { facts, services } = stage;
  const guildId = requireGuild(facts);
  const member = await services.rest.get(Routes.guildMember(guildId, userId)).catch((error: unknown) => {
    if (error instanceof DiscordAPIError && error.status === 404) return null;
    throw error;
  });
  const { user, roles: roleIds } = memberSchema.parse(member ?? {});
  const { owner_id: ownerId } = guildSchema.parse(await services.rest.get(Routes.guild(guildId)));
  const roles = rolesSchema.parse(await services.rest.get(Routes.guildRoles(guildId)));
  const permissions =
    userId === ownerId
      ? PermissionFlagsBits.Administrator
      : roles
          .filter(({ id }) => member !== null && (id === guildId || roleIds.includes(id)))
          .reduce((bits, role) => bits | BigInt(role.permissions), 0n);
  return judgeBan(stage, { userId, displayName: userId, isBot: user?.bot ?? false, permissions, roleIds });
}

/** Bans, stops the member's jobs in this server and writes it down. @returns how many jobs were stopped */
export async function banFrom(stage: Stage, { userId, displayName, reason, until }: BanWish): Promise<number> {
  const { facts, services } = stage;
  const guildId = requireGuild(facts);
  const at = Date.now();
  const name = displayName === undefined ? {} : { displayName };
  await services.moderation.bans.set({ userId, guildId, reason, byUserId: facts.user.id, at, until, ...name });
  const cancelled = await services.queue.cancelAllOf(userId, facts.user.id, guildId);
  const who = `<@${userId}>`;
  const when = until === null ? null : sayTime(until);
  const why = reason === null ? null : plain(reason);
  await recordAction(
    stage,
    { action: 'member banned', subjectId: userId, details: { reason, until, jobsCancelled: cancelled } },
    ({ modLog }) => modLog.banned(`<@${facts.user.id}>`, who, when, why),
  );
  return cancelled;
}

/** The same, and answers. */
export async function banMember(stage: Stage, wish: BanWish): Promise<void> {
  const cancelled = await banFrom(stage, wish);
  const when = wish.until === null ? null : sayTime(wish.until);
  await stage.reply.edit(quiet({ content: stage.texts.admin.banned(`<@${wish.userId}>`, when, cancelled) }));
}

/** @returns whether there was a ban to lift */
export async function liftBan(stage: Stage, userId: string): Promise<boolean> {
  const { facts, services } = stage;
  if (!(await services.moderation.bans.lift(requireGuild(facts), userId))) return false;
  await recordAction(stage, { action: 'member unbanned', subjectId: userId }, ({ modLog }) =>
    modLog.unbanned(`<@${facts.user.id}>`, `<@${userId}>`),
  );
  return true;
}
