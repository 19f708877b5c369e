// Interactions that no client of Discord's would send, delivered to the bot as if Discord had: registered with the twin, so that what the bot
// answers is held against its rules, and changed at will before they arrive.

import { InteractionType } from 'discord-api-types/v10';
import { jobIdOf } from '../../src/discord/new-job.ts';
import type { Bot } from '../../src/discord/start-bot.ts';
import { Invocation } from '../../src/playground/actors/invocation.ts';
import { interactionPayload } from '../../src/playground/state/interaction-payload.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { Interaction, Message } from '../../src/playground/state/types.ts';
import type { World } from '../../src/playground/state.ts';
import type { WireMessage } from '../../src/playground/wire.ts';

export interface Forged {
  readonly type: InteractionType;
  readonly userId: string;
  readonly channelId: string;
  readonly data: object;
  /** The message that is said to have been pressed. */
  readonly message?: Pick<Message, 'id'>;
}

/** On a busy machine Discord's three seconds may pass; these tests are about something else. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 5; left > 1; left -= 1) {
    try {
      return await attempt();
    } catch {
      // the next one
    }
  }
  return attempt();
}

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');

/** A command of Ada's in the general channel, without a deadline for its first response. */
export function command(world: World, bot: Pick<Bot, 'client'>, name: string, options: Record<string, unknown> = {}) {
  const data = {
    id: '1',
    type: 1,
    name,
    options: Object.entries(options).map(([option, value]) => ({
      name: option,
      type: typeof value === 'string' ? 3 : typeof value === 'boolean' ? 5 : 4,
      value,
    })),
  };
  const { users, channels } = SEED_IDS;
  const interaction = register(world, { type: 2, userId: users.ada, channelId: channels.general, data });
  deliver(bot, payloadOf(world, interaction));
  return new Invocation(world, interaction);
}

/** Moderators may delete what is pressed here: the next press finds it again. */
const painted = new Map<string, Message>();

/** A picture of Ada's. */
export function paint(world: World, bot: Pick<Bot, 'client'>, options: Record<string, unknown>) {
  return patiently(async () => {
    const invocation = command(world, bot, 'imagine', { steps: 1, count: 2, ...options });
    const message = await invocation.answer(isDone, 60_000);
    const stored = world.message(message.channel_id, message.id);
    if (stored) painted.set(message.id, stored);
    return { message, jobId: jobIdOf(invocation.id) };
  });
}

/** Known to the twin and to nobody's clock: lateness is another test's business. */
export function register(world: World, { type, userId, channelId, data, message }: Forged): Interaction {
  const stored = message && painted.get(message.id);
  if (stored) world.messagesIn(stored.channelId).set(stored.id, stored);
  const id = world.nextId();
  const interaction: Interaction = {
    id,
    token: `forged-${id}`,
    type,
    userId,
    channelId,
    guildId: world.channels.get(channelId)?.type === 1 ? null : world.guild.id,
    createdAt: Number.POSITIVE_INFINITY,
    data,
    ...(message ? { sourceMessageId: message.id } : {}),
    status: 'waiting',
    followUpIds: [],
  };
  world.interactions.set(id, interaction);
  world.interactionsByToken.set(interaction.token, interaction);
  return interaction;
}

/** What the bot receives; a pressed component stands in its message, as if the bot itself had put it there. */
export function payloadOf(world: World, interaction: Interaction): object {
  const payload = interactionPayload(world, interaction);
  if (interaction.type !== InteractionType.MessageComponent || !('message' in payload)) return payload;
  const components = [{ type: 1, components: [{ type: 2, style: 2, label: 'forged', ...interaction.data }] }];
  return { ...payload, message: { ...Object(payload.message), components } };
}

export function deliver(bot: Pick<Bot, 'client'>, payload: object): void {
  bot.client.ws.emit('INTERACTION_CREATE', payload);
}
