// Follow-ups and the original response, by the interaction's token for fifteen minutes.
// https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages

import { MessageFlags } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { Form } from '../../form.ts';
import { isTokenAlive } from '../../state/interactions.ts';
import { deleteMessages, editMessage, postMessage } from '../../state/messages.ts';
import { showMessage } from '../../state/show.ts';
import type { Channel, Interaction, Message } from '../../state/types.ts';
import type { World } from '../../state.ts';
import { composeMessage } from '../compose.ts';
import type { Route, RouteAnswer, RouteRequest } from '../router.ts';
import { answerMessageFields } from './answers.ts';
import { withEditFlags } from './messages.ts';

const FOLLOW_UP_FLAGS =
  MessageFlags.Ephemeral |
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

/** The acknowledged interaction behind a webhook path. Throws 10015 (unknown or not yet answered) or 50027 (expired). */
function answered({ world, param }: RouteRequest): { interaction: Interaction; channel: Channel } {
  if (param('webhook') !== world.bot.id) throw apiErrors.unknownWebhook();
  const interaction = world.interactionsByToken.get(param('token'));
  if (!interaction) throw apiErrors.invalidWebhookToken();
  if (!isTokenAlive(world, interaction)) throw apiErrors.invalidWebhookToken();
  const channel = world.channels.get(interaction.channelId);
  if (!channel || interaction.status !== 'acknowledged') throw apiErrors.unknownWebhook();
  return { interaction, channel };
}

function targetMessage(world: World, interaction: Interaction, id: string): Message {
  const isOwn = id === '@original' || id === interaction.originalMessageId || interaction.followUpIds.includes(id);
  const messageId = id === '@original' ? interaction.originalMessageId : id;
  const message = isOwn && messageId !== undefined ? world.message(interaction.channelId, messageId) : undefined;
  if (!message) throw apiErrors.unknownMessage();
  return message;
}

function followUp(request: RouteRequest): RouteAnswer {
  const { world, json, files } = request;
  const { interaction, channel } = answered(request);
  const original =
    interaction.originalMessageId === undefined ? undefined : world.message(channel.id, interaction.originalMessageId);
  const form = new Form(json ?? {});
  if (original && original.flags & MessageFlags.Loading) {
    // The first follow-up after a deferral takes the place of "is thinking...", whose visibility is settled.
    const filled = composeMessage({
      world,
      form,
      files,
      channel,
      existing: original,
      ephemeral: original.visibleTo !== null,
    });
    editMessage(world, original, withEditFlags(original, filled));
    return { status: 200, body: showMessage(world, original) };
  }
  const isEphemeral = ((form.integer('flags') ?? 0) & MessageFlags.Ephemeral) !== 0;
  const draft = composeMessage({ world, form, files, channel, ephemeral: isEphemeral });
  const id = world.nextId();
  interaction.followUpIds.push(id);
  const message = postMessage(world, {
    ...draft,
    id,
    ...answerMessageFields(world, interaction, channel, isEphemeral, true),
    flags: (draft.flags ?? 0) & FOLLOW_UP_FLAGS,
  });
  return { status: 200, body: showMessage(world, message) };
}

function get(request: RouteRequest): RouteAnswer {
  const { interaction } = answered(request);
  return {
    status: 200,
    body: showMessage(request.world, targetMessage(request.world, interaction, request.param('message'))),
  };
}

function edit(request: RouteRequest): RouteAnswer {
  const { world, json, files, param } = request;
  const { interaction, channel } = answered(request);
  const message = targetMessage(world, interaction, param('message'));
  const form = new Form(json ?? {});
  const patch = composeMessage({
    world,
    form,
    files,
    channel,
    existing: message,
    ephemeral: message.visibleTo !== null,
  });
  editMessage(world, message, withEditFlags(message, patch));
  return { status: 200, body: showMessage(world, message) };
}

function remove(request: RouteRequest): RouteAnswer {
  const { interaction, channel } = answered(request);
  const message = targetMessage(request.world, interaction, request.param('message'));
  deleteMessages(request.world, channel.id, [message]);
  return { status: 204 };
}

const MESSAGE = '/webhooks/:webhook/:token/messages/:message';

export const webhookRoutes: readonly Route[] = [
  { method: 'POST', path: '/webhooks/:webhook/:token', access: 'token', bucket: 'webhook', handle: followUp },
  { method: 'GET', path: MESSAGE, access: 'token', bucket: 'webhook', handle: get },
  { method: 'PATCH', path: MESSAGE, access: 'token', bucket: 'webhook', handle: edit },
  { method: 'DELETE', path: MESSAGE, access: 'token', bucket: 'webhook', handle: remove },
];
