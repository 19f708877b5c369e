// The life of an interaction: three seconds to be acknowledged, once; then a token of fifteen minutes.
// https://docs.discord.com/developers/interactions/receiving-and-responding

import { randomBytes } from 'node:crypto';
import { ChannelType, type InteractionType } from 'discord-api-types/v10';
import { apiErrors } from '../api-error.ts';
import type { World } from '../state.ts';
import type { Channel, Interaction } from './types.ts';

export const ACKNOWLEDGE_WITHIN_MS = 3000;
export const TOKEN_LIFETIME_MS = 15 * 60_000;
/** Old ones are forgotten beyond this many; far more than fit into fifteen minutes of one server. */
const MAX_REMEMBERED = 50_000;

export interface InteractionStart {
  type: InteractionType;
  userId: string;
  channel: Channel;
  data: object;
  commandName?: string;
  targetMessageId?: string;
  sourceMessageId?: string;
}

export function startInteraction(world: World, start: InteractionStart): Interaction {
  const { channel, ...rest } = start;
  const id = world.nextId();
  const interaction: Interaction = {
    ...rest,
    id,
    token: Buffer.from(`interaction:${id}:${randomBytes(48).toString('hex')}`).toString('base64url'),
    channelId: channel.id,
    guildId: channel.type === ChannelType.DM ? null : world.guild.id,
    createdAt: world.clock.now(),
    status: 'waiting',
    followUpIds: [],
  };
  world.interactions.set(id, interaction);
  world.interactionsByToken.set(interaction.token, interaction);
  forgetOldest(world);
  interaction.cancelTimeout = world.clock.after(ACKNOWLEDGE_WITHIN_MS, () => fail(world, interaction));
  world.emit({ type: 'interaction-create', interaction });
  return interaction;
}

/** The first response. Throws 10062 when it comes too late and 40060 when it is not the first. */
export function acknowledge(world: World, interaction: Interaction, callbackType: number): void {
  const waitedMs = world.clock.now() - interaction.createdAt;
  if (interaction.status === 'acknowledged') {
    world.violate(
      'double-acknowledgement',
      `interaction ${interaction.id}: callback type ${callbackType} after ${interaction.callbackType}`,
    );
    throw apiErrors.alreadyAcknowledged();
  }
  if (interaction.status === 'failed' || waitedMs > ACKNOWLEDGE_WITHIN_MS) {
    world.violate(
      'late-acknowledgement',
      `interaction ${interaction.id}: callback type ${callbackType} after ${waitedMs} ms`,
    );
    throw apiErrors.unknownInteraction();
  }
  interaction.cancelTimeout?.();
  interaction.status = 'acknowledged';
  interaction.callbackType = callbackType;
  interaction.acknowledgedAt = world.clock.now();
}

export function isTokenAlive(world: World, interaction: Interaction): boolean {
  return world.clock.now() - interaction.createdAt <= TOKEN_LIFETIME_MS;
}

function fail(world: World, interaction: Interaction): void {
  if (interaction.status !== 'waiting') return;
  interaction.status = 'failed';
  world.violate(
    'no-acknowledgement',
    `interaction ${interaction.id} of type ${interaction.type} got no response within ${ACKNOWLEDGE_WITHIN_MS} ms`,
  );
  world.emit({ type: 'interaction-failed', interaction });
}

function forgetOldest(world: World): void {
  if (world.interactions.size <= MAX_REMEMBERED) return;
  const oldest = world.interactions.values().next().value;
  if (!oldest) return;
  world.interactions.delete(oldest.id);
  world.interactionsByToken.delete(oldest.token);
}
