// The envelope of an interaction, read like any other input, wherever it comes from: the gateway, an intent that a process left in Redis, a
// request kept for the terms. Only what Easel looks at is asked for; the rest passes as it is. What is inside (options, custom ids, fields)
// is read by whoever declared it.

import { type APIInteraction, type APIPingInteraction, InteractionType } from 'discord-api-types/v10';
import { z } from 'zod';

export type AnswerableInteraction = Exclude<APIInteraction, APIPingInteraction>;

/** What an answer takes, where the rest of an interaction cannot be read. */
export interface Answerable {
  readonly id: string;
  readonly token: string;
  readonly isTyping: boolean;
  readonly locale: string | undefined;
}

// What other servers than Discord's leave out, send as null or as a number is put right: no member is to be met with silence for it.

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A shallow copy without the fields that are null: absent and null mean the same here. */
const withoutNulls = (value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) : value;
const loose = <S extends z.ZodRawShape>(shape: S) => z.preprocess(withoutNulls, z.looseObject(shape));
/** A list without what is none of its entries. */
const listOf = (entry: z.ZodType) =>
  z.preprocess(
    (list) => (Array.isArray(list) ? list.filter((one) => entry.safeParse(one).success) : []),
    z.array(entry),
  );
const asText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

const snowflake = z.preprocess(asText, z.string().regex(/^(?:0|[1-9]\d{0,19})$/));
/** It stands in the path of the answer, percent-encoded, where dots alone would lead elsewhere. */
const token = z.string().regex(/^(?!(?:\.|%2e){1,2}$)[\x20-\x7e]{1,400}$/i);
const words = z.string().optional().catch(undefined);
const user = loose({ id: snowflake, username: words, global_name: words });
const option: z.ZodType<object> = z.looseObject({
  name: z.string(),
  type: z.int(),
  get options() {
    return z.array(option).nullish();
  },
});
const message = loose({
  id: snowflake,
  flags: z.int().optional().catch(undefined),
  attachments: listOf(z.looseObject({ url: z.string() })),
});
const table = z.record(z.string(), z.looseObject({}));

const envelope = {
  id: snowflake,
  application_id: snowflake,
  token,
  channel_id: snowflake.optional(),
  channel: loose({ id: snowflake, parent_id: snowflake.optional(), nsfw: z.boolean().optional() }).optional(),
  guild_id: snowflake.optional(),
  member: loose({
    user,
    roles: listOf(snowflake),
    permissions: z.preprocess(asText, z.string().regex(/^\d{1,30}$/)).default('0'),
    nick: words,
  }).optional(),
  user: user.optional(),
  locale: z.string().catch('en-US'),
  guild_locale: words,
  /** Bytes; 0 where none is named. */
  attachment_size_limit: z.number().catch(0),
  message: message.optional(),
};

const attachments = z.record(
  z.string(),
  // A size only spares a download that would be too big: what arrives is counted.
  loose({ id: snowflake, url: z.string(), size: z.coerce.number().nonnegative().catch(0) }),
);

const command = loose({
  name: z.string(),
  type: z.int().optional(),
  target_id: snowflake.optional(),
  options: z.array(option).optional(),
  resolved: loose({
    attachments: attachments.optional(),
    messages: z.record(z.string(), message).optional(),
    users: table.optional(),
    members: table.optional(),
  }).optional(),
});
const field = loose({ custom_id: z.string(), values: z.array(z.string()).optional() });

const interactionSchema = z
  .discriminatedUnion('type', [
    z.looseObject({ ...envelope, type: z.literal(InteractionType.ApplicationCommand), data: command }),
    z.looseObject({ ...envelope, type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: command }),
    z.looseObject({
      ...envelope,
      type: z.literal(InteractionType.MessageComponent),
      message,
      data: loose({ custom_id: z.string(), values: z.array(z.string()).optional() }),
    }),
    z.looseObject({
      ...envelope,
      type: z.literal(InteractionType.ModalSubmit),
      data: loose({
        custom_id: z.string(),
        components: z.array(loose({ component: field.optional(), components: z.array(field).optional() })),
        resolved: loose({ attachments: attachments.optional() }).optional(),
      }),
    }),
  ])
  .refine(({ member, user }) => member !== undefined || user !== undefined);

/** In a server who pressed stands in the member, in direct messages beside it: taken from where it is. */
function complete(raw: unknown): unknown {
  const given = withoutNulls(raw);
  if (!isRecord(given) || given.guild_id === undefined) return given;
  const member = isRecord(given.member) ? withoutNulls(given.member) : {};
  const whole = { ...(given.user === undefined ? {} : { user: given.user }), ...Object(member) };
  return { ...given, member: 'user' in whole ? whole : undefined };
}

/**
 * Null for what is no interaction that could be answered: pings, and whatever is not of Discord's form.
 * @param onUnfit is told which field is wrong, never what it holds
 */
export function readInteraction(raw: unknown, onUnfit?: (field: string) => void): AnswerableInteraction | null {
  try {
    const read = interactionSchema.safeParse(complete(raw));
    // Loose objects keep what they do not name, and what is named is what the types of Discord's documentation say of it.
    if (read.success) return read.data as object as AnswerableInteraction;
    onUnfit?.(read.error.issues[0]?.path.join('.').slice(0, 100) || '(root)');
  } catch {
    // Nested deeper than any reader goes.
    onUnfit?.('(depth)');
  }
  return null;
}

const answerableSchema = z.looseObject({ id: snowflake, token, type: z.unknown().optional(), locale: words });

/** Whom a refusal can be sent to, where an interaction cannot be read; null where nobody. */
export function readAnswerable(raw: unknown): Answerable | null {
  const { data } = answerableSchema.safeParse(withoutNulls(raw));
  if (!data || data.type === InteractionType.Ping) return null;
  const isTyping = data.type === InteractionType.ApplicationCommandAutocomplete;
  return { id: data.id, token: data.token, isTyping, locale: data.locale };
}

/** The same from text, as it stands in Redis. */
export function readInteractionText(text: string): AnswerableInteraction | null {
  try {
    return readInteraction(JSON.parse(text));
  } catch {
    return null;
  }
}
