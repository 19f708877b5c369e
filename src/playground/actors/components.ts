// A member presses a button or chooses in a select.

import { ComponentType as C, ChannelType, InteractionType } from 'discord-api-types/v10';
import { isBotHere } from '../state/bot-membership.ts';
import { startInteraction } from '../state/interactions.ts';
import { eachComponent } from '../state/messages.ts';
import type { Channel, Interaction } from '../state/types.ts';
import type { World } from '../state.ts';
import type { WireComponent } from '../wire.ts';
import { visibleChannel, visibleMessage } from './access.ts';
import { type Resolved, resolveId } from './options.ts';
import { ClientRefusal } from './refusal.ts';

export interface ComponentUse {
  userId: string;
  channelId: string;
  messageId: string;
  customId: string;
}

export function pressButton(world: World, use: ComponentUse): Interaction {
  const { channel, component } = find(world, use);
  if (component.type !== C.Button) throw new ClientRefusal('This is not a button.');
  return start(world, use, channel, component, {});
}

export function chooseOptions(world: World, use: ComponentUse, values: readonly string[]): Interaction {
  const { channel, component } = find(world, use);
  const chosen = checkValues(world, channel, component, values);
  return start(world, use, channel, component, chosen);
}

/** Bounds, known options, resolved ids; used for selects in messages and in modals. */
export function checkValues(
  world: World,
  channel: Channel,
  component: WireComponent,
  values: readonly string[],
): { values: string[]; resolved?: Resolved } {
  const { min_values: min = 1, max_values: max = 1 } = component;
  const field = component.custom_id;
  if (values.length < min || values.length > max)
    throw new ClientRefusal(`Between ${min} and ${max} are to be chosen.`, field);
  const resolved: Resolved = {};
  for (const value of values) {
    if (!isKnown(world, channel, component, value, resolved)) throw new ClientRefusal('This cannot be chosen.', field);
  }
  return { values: [...values], ...(Object.keys(resolved).length > 0 && { resolved }) };
}

function isKnown(world: World, channel: Channel, component: WireComponent, value: string, resolved: Resolved): boolean {
  switch (component.type) {
    case C.UserSelect:
      return resolveId(world, channel, 'user', value, resolved);
    case C.RoleSelect:
      return resolveId(world, channel, 'role', value, resolved);
    case C.MentionableSelect:
      return resolveId(world, channel, 'user', value, resolved) || resolveId(world, channel, 'role', value, resolved);
    case C.ChannelSelect: {
      const target = world.channels.get(value);
      const isWanted =
        !component.channel_types?.length || (target !== undefined && component.channel_types.includes(target.type));
      return isWanted && resolveId(world, channel, 'channel', value, resolved);
    }
    default:
      return (component.options ?? []).some((option) => option.value === value);
  }
}

function find(world: World, use: ComponentUse): { channel: Channel; component: WireComponent } {
  const channel = visibleChannel(world, use.userId, use.channelId);
  const message = visibleMessage(world, use.userId, use.channelId, use.messageId);
  const component = [...eachComponent(message.components)].find(({ custom_id }) => custom_id === use.customId);
  if (!component) throw new ClientRefusal('This message no longer has such a component.');
  if (channel.type !== ChannelType.DM && !isBotHere(world))
    throw new ClientRefusal('This application is no longer in the server.');
  if (component.disabled) throw new ClientRefusal('This component is disabled.');
  return { channel, component };
}

function start(world: World, use: ComponentUse, channel: Channel, component: WireComponent, more: object): Interaction {
  return startInteraction(world, {
    type: InteractionType.MessageComponent,
    userId: use.userId,
    channel,
    data: { component_type: component.type, custom_id: use.customId, id: component.id, ...more },
    sourceMessageId: use.messageId,
  });
}
