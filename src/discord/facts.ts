// What an interaction says about who, where and how, as plain values. Everything else in src/discord and commands/ reads these.

import { type APIInteraction, type APIMessage, MessageFlags } from 'discord-api-types/v10';
import type { ReplyTarget } from '../jobs/generate-job.ts';
import type { Presser } from '../moderation/permissions.ts';

/** Bytes per file where Discord names no limit (October 2026 documentation: 10 MiB). */
const assumedAttachmentLimit = 10 * 1024 * 1024;
const discordEpoch = 1_420_070_400_000;

export interface Facts {
  readonly interactionId: string;
  readonly applicationId: string;
  /** A secret with a lifetime of 15 minutes. */
  readonly token: string;
  /** Unix milliseconds at which Discord made the interaction, by its clock or by ours: see stampArrival. */
  readonly at: number;
  readonly channelId: string;
  /** The channel that a thread belongs to. */
  readonly parentChannelId: string | null;
  readonly guildId: string | null;
  readonly user: { readonly id: string; readonly displayName: string };
  readonly roleIds: readonly string[];
  readonly permissions: bigint;
  /** Discord's code for the member's language. */
  readonly locale: string;
  /** The server's; null in direct messages. */
  readonly guildLocale: string | null;
  readonly ageRestricted: boolean;
  readonly attachmentSizeLimit: number;
  /** The message whose component was pressed. */
  readonly message: APIMessage | null;
}

/** Unix milliseconds in a snowflake. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> 22n) + discordEpoch;
}

/** An id tells the time of an interaction unless it is this far from that of the arrival: then it is no snowflake, or a clock is wrong. */
const clockToleranceMs = 60_000;
/** Beside Discord's fields, so that a process which takes the interaction up later knows the time as well. */
const arrivalField = 'easel_arrived_at';

/** A live interaction with the time of its arrival, where its id tells another one. What claims to be such a time is not believed. */
export function stampArrival<T extends { readonly id: string }>(raw: T, now = Date.now()): T {
  const isOff = Math.abs(snowflakeTime(raw.id) - now) > clockToleranceMs;
  return { ...raw, [arrivalField]: isOff ? now : undefined };
}

function timeOf(raw: APIInteraction): number {
  const arrival: unknown = Reflect.get(raw, arrivalField);
  return typeof arrival === 'number' && Number.isSafeInteger(arrival) ? arrival : snowflakeTime(raw.id);
}

/** @param isAgeRestricted answers for channels whose interaction does not say (threads: the parent's flag). */
export function readFacts(raw: APIInteraction, isAgeRestricted: (channelId: string) => boolean = () => false): Facts {
  const user = raw.member?.user ?? raw.user;
  const channelId = raw.channel?.id ?? raw.channel_id ?? '0';
  const flag = raw.channel && 'nsfw' in raw.channel ? raw.channel.nsfw : undefined;
  return {
    interactionId: raw.id,
    applicationId: raw.application_id,
    token: raw.token,
    at: timeOf(raw),
    channelId,
    parentChannelId: (raw.channel && 'parent_id' in raw.channel && raw.channel.parent_id) || null,
    guildId: raw.guild_id ?? null,
    user: {
      id: user?.id ?? '0',
      displayName: (raw.member?.nick ?? user?.global_name ?? user?.username ?? '?').slice(0, 100),
    },
    roleIds: raw.member?.roles ?? [],
    permissions: BigInt(raw.member?.permissions ?? '0'),
    locale: 'locale' in raw ? raw.locale : 'en-US',
    guildLocale: ('guild_locale' in raw && raw.guild_locale) || null,
    ageRestricted: flag ?? isAgeRestricted(channelId),
    attachmentSizeLimit: raw.attachment_size_limit > 0 ? raw.attachment_size_limit : assumedAttachmentLimit,
    message: raw.message ?? null,
  };
}

/** Whether the pressed message is seen by one member only: what is made from it stays private too. */
export function pressedInPrivate(facts: Facts): boolean {
  return ((facts.message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
}

export function presserOf({ guildId, permissions, roleIds }: Facts): Presser {
  return { guildId, permissions, roleIds };
}

export function replyTarget(facts: Facts, messageId: string | null, ephemeral: boolean): ReplyTarget {
  return {
    applicationId: facts.applicationId,
    interactionId: facts.interactionId,
    interactionToken: facts.token,
    interactionAt: facts.at,
    channelId: facts.channelId,
    guildId: facts.guildId,
    messageId,
    ephemeral,
    attachmentSizeLimit: facts.attachmentSizeLimit,
    locale: facts.locale,
    ...(facts.guildLocale === null ? {} : { guildLocale: facts.guildLocale }),
    ageRestricted: facts.ageRestricted,
  };
}
