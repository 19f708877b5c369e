// What moderators do is written down twice: in the audit trail, which counts, and as a line in the server's mod-log channel where it has
// one, which is best effort. The line is in the server's language and pings nobody.

import { Routes } from 'discord.js';
import { EaselError } from '../errors.ts';
import type { AuditEntry } from '../store/audit.ts';
import type { Catalogue } from '../texts/index.ts';
import type { Stage } from './behaviour.ts';
import type { Facts } from './facts.ts';
import { guildTexts } from './guild-texts.ts';
import { type MessageBody, maxContentLength, quiet, shorten } from './message-body.ts';

export interface Action {
  /** Noun, then verb: `member banned`. */
  readonly action: string;
  readonly subjectId?: string | null;
  readonly jobId?: string | null;
  readonly details?: AuditEntry['details'];
}

type Ground = Pick<Stage, 'facts' | 'guild' | 'services'>;

/** @throws EaselError `internal`: what only a server has was asked of a direct message. */
export function requireGuild({ guildId }: Pick<Facts, 'guildId'>): string {
  if (guildId === null) throw new EaselError('internal', 'Expected a server but received a direct message');
  return guildId;
}

/** Posts to the server's mod-log. False where it has none, or the bot may not write there. */
export async function postToModLog({ facts, guild, services }: Ground, body: MessageBody): Promise<boolean> {
  if (guild.modLogChannelId === null) return false;
  try {
    await services.rest.post(Routes.channelMessages(guild.modLogChannelId), { body });
    return true;
  } catch (error) {
    services.logger.warn({ err: error, guildId: facts.guildId }, 'the mod-log could not be written');
    return false;
  }
}

/**
 * The presser did this.
 * @param line what the mod-log says, in the server's language
 * @returns whether the mod-log took it; @throws what the store throws
 */
export async function recordAction(
  ground: Ground,
  action: Action,
  line: (texts: Catalogue) => string,
): Promise<boolean> {
  const { facts, services } = ground;
  await services.moderation.audit.append(facts.guildId, { ...action, actorId: facts.user.id });
  return postToModLog(ground, quiet({ content: shorten(line(guildTexts(ground)), maxContentLength) }));
}
