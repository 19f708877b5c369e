// What moderators do is written down twice: in the audit trail, which counts, and as a line in the server's mod-log channel where it has
// one, which is best effort. The line is in the server's language and pings nobody.

import { Routes } from 'discord.js';
import { ChannelType } from 'discord-api-types/v10';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import type { AuditAction, AuditEntry } from '../store/audit.ts';
import type { Catalogue } from '../texts/index.ts';
import type { Stage } from './behaviour.ts';
import type { Facts } from './facts.ts';
import { guildTexts } from './guild-texts.ts';
import { type MessageBody, type MessageFile, maxContentLength, quiet, shorten } from './message-body.ts';
import { rawFiles } from './reply.ts';

export interface Action {
  readonly action: AuditAction;
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

export interface ModLogPlace {
  readonly channelId: string;
  readonly ageRestricted: boolean;
}

const channelSchema = z.object({
  guild_id: z.string().optional(),
  nsfw: z.boolean().optional(),
  type: z.int(),
  parent_id: z.string().nullable().optional(),
});
const messageSchema = z.object({ id: z.string() });
const threads = new Set<number>([ChannelType.AnnouncementThread, ChannelType.PublicThread, ChannelType.PrivateThread]);

/** The mod-log as Discord has it now; a thread is as age-restricted as its channel. Null where there is none, or the bot does not see it. */
export async function findModLog({ facts, guild, services }: Ground): Promise<ModLogPlace | null> {
  const channelId = guild.modLogChannelId;
  if (channelId === null) return null;
  try {
    const read = async (id: string) => channelSchema.parse(await services.rest.get(Routes.channel(id)));
    const channel = await read(channelId);
    if (channel.guild_id !== facts.guildId) return null;
    const place = threads.has(channel.type) && channel.parent_id ? await read(channel.parent_id) : channel;
    return { channelId, ageRestricted: place.nsfw === true };
  } catch (error) {
    services.logger.warn({ err: error, guildId: facts.guildId }, 'the mod-log could not be seen');
    return null;
  }
}

/** Something that wants an answer of moderators. @returns its message; null where it could not be posted */
export async function postCard(
  { facts, services }: Pick<Ground, 'facts' | 'services'>,
  channelId: string,
  body: MessageBody,
  files: readonly MessageFile[],
): Promise<string | null> {
  try {
    const posted = await services.rest.post(Routes.channelMessages(channelId), { body, files: rawFiles(files) });
    return messageSchema.parse(posted).id;
  } catch (error) {
    services.logger.warn({ err: error, guildId: facts.guildId }, 'a card could not be posted in the mod-log');
    return null;
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
