// The envelope of an interaction, read like any other input, wherever it comes from: the gateway, an intent that a process left in Redis, a
// request kept for the terms. Only what Easel looks at is asked for; the rest passes as it is. What is inside (options, custom ids, fields)
// is read by whoever declared it.

import { type APIInteraction, type APIPingInteraction, InteractionType } from 'discord-api-types/v10';
import { z } from 'zod';

export type AnswerableInteraction = Exclude<APIInteraction, APIPingInteraction>;

const snowflake = z.string().regex(/^\d{1,20}$/);
const user = z.looseObject({ id: snowflake, username: z.string().optional(), global_name: z.string().nullish() });
const option: z.ZodType<object> = z.looseObject({
  name: z.string(),
  type: z.int(),
  get options() {
    return z.array(option).optional();
  },
});
const message = z.looseObject({ id: snowflake, flags: z.int().optional(), attachments: z.array(z.looseObject({})) });
const table = z.record(z.string(), z.looseObject({}));

const envelope = {
  id: snowflake,
  application_id: snowflake,
  /** It stands in the path of the answer. */
  token: z.string().regex(/^[\w.~-]{1,400}$/),
  channel_id: snowflake.optional(),
  channel: z.looseObject({ id: snowflake, parent_id: snowflake.nullish(), nsfw: z.boolean().optional() }).optional(),
  guild_id: snowflake.optional(),
  member: z
    .looseObject({
      user,
      roles: z.array(snowflake),
      permissions: z.string().regex(/^\d{1,30}$/),
      nick: z.string().nullish(),
    })
    .optional(),
  user: user.optional(),
  locale: z.string(),
  guild_locale: z.string().nullish(),
  attachment_size_limit: z.number(),
  message: message.optional(),
};

const attachments = z.record(z.string(), z.looseObject({ id: snowflake, url: z.string(), size: z.number() }));

const command = z.looseObject({
  name: z.string(),
  type: z.int().optional(),
  target_id: snowflake.optional(),
  options: z.array(option).optional(),
  resolved: z
    .looseObject({
      attachments: attachments.optional(),
      messages: z.record(z.string(), message).optional(),
      users: table.optional(),
      members: table.optional(),
    })
    .optional(),
});
const field = z.looseObject({ custom_id: z.string(), values: z.array(z.string()).optional() });

const interactionSchema = z
  .discriminatedUnion('type', [
    z.looseObject({ ...envelope, type: z.literal(InteractionType.ApplicationCommand), data: command }),
    z.looseObject({ ...envelope, type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: command }),
    z.looseObject({
      ...envelope,
      type: z.literal(InteractionType.MessageComponent),
      message,
      data: z.looseObject({ custom_id: z.string(), values: z.array(z.string()).optional() }),
    }),
    z.looseObject({
      ...envelope,
      type: z.literal(InteractionType.ModalSubmit),
      data: z.looseObject({
        custom_id: z.string(),
        components: z.array(z.looseObject({ component: field.optional(), components: z.array(field).optional() })),
        resolved: z.looseObject({ attachments: attachments.optional() }).optional(),
      }),
    }),
  ])
  .refine(({ member, user, guild_id: guild }) => (guild === undefined ? (user ?? member) : member) !== undefined);

/**
 * Null for what is no interaction that could be answered: pings, and whatever is not of Discord's form.
 * @param onUnfit is told which field is wrong, never what it holds
 */
export function readInteraction(raw: unknown, onUnfit?: (field: string) => void): AnswerableInteraction | null {
  const read = interactionSchema.safeParse(raw);
  // Loose objects keep what they do not name, and what is named is what the types of Discord's documentation say of it.
  if (read.success) return raw as AnswerableInteraction;
  onUnfit?.(read.error.issues[0]?.path.join('.').slice(0, 100) || '(root)');
  return null;
}

/** The same from text, as it stands in Redis. */
export function readInteractionText(text: string): AnswerableInteraction | null {
  try {
    return readInteraction(JSON.parse(text));
  } catch {
    return null;
  }
}
