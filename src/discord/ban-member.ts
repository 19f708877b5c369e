// Bans from the bot, effective at once: the gate turns the member away from now on, and what waits or runs for them stops.

import { mayDo } from '../moderation/permissions.ts';
import type { Scene, Stage } from './behaviour.ts';
import { sayTime } from './durations.ts';
import { presserOf } from './facts.ts';
import { plain, quiet } from './message-body.ts';
import { recordAction, requireGuild } from './mod-log.ts';
import type { PickedMember } from './options.ts';
import { type Refusal, refuse } from './refusal.ts';

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

/** Bans, stops the member's jobs in this server, writes it down and answers. */
export async function banMember(stage: Stage, { userId, displayName, reason, until }: BanWish): Promise<void> {
  const { facts, services, reply, texts } = stage;
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
  await reply.edit(quiet({ content: texts.admin.banned(who, when, cancelled) }));
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
