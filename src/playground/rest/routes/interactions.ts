// The first response to an interaction.
// https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response

import { MessageFlags, InteractionResponseType as R, InteractionType as T } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { Form } from '../../form.ts';
import { acknowledge } from '../../state/interactions.ts';
import { editMessage, postMessage } from '../../state/messages.ts';
import { showMessage } from '../../state/show.ts';
import type { Channel, Interaction, Message } from '../../state/types.ts';
import type { World } from '../../state.ts';
import { composeMessage } from '../compose.ts';
import { readModal } from '../forms/components.ts';
import type { Route, RouteAnswer, RouteRequest } from '../router.ts';
import { answerMessageFields } from './answers.ts';
import { withEditFlags } from './messages.ts';

const ANSWER_FLAGS =
  MessageFlags.Ephemeral |
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

/** Which callback types each kind of interaction takes. */
function allowedTypes(interaction: Interaction): number[] {
  const hasMessage = interaction.sourceMessageId !== undefined;
  switch (interaction.type) {
    case T.ApplicationCommandAutocomplete:
      return [R.ApplicationCommandAutocompleteResult];
    case T.ModalSubmit:
      return [
        R.ChannelMessageWithSource,
        R.DeferredChannelMessageWithSource,
        ...(hasMessage ? [R.DeferredMessageUpdate, R.UpdateMessage] : []),
      ];
    case T.MessageComponent:
      return [
        R.ChannelMessageWithSource,
        R.DeferredChannelMessageWithSource,
        R.DeferredMessageUpdate,
        R.UpdateMessage,
        R.Modal,
      ];
    default:
      return [R.ChannelMessageWithSource, R.DeferredChannelMessageWithSource, R.Modal];
  }
}

function callback({ world, json, files, query, param }: RouteRequest): RouteAnswer {
  const interaction = world.interactions.get(param('interaction'));
  if (!interaction || interaction.token !== param('token')) throw apiErrors.unknownInteraction();
  const channel = world.channels.get(interaction.channelId);
  if (!channel) throw apiErrors.unknownInteraction();
  const form = new Form(json);
  const type = form.requireInteger('type', { oneOf: allowedTypes(interaction) });
  form.finish();

  // Bad data leaves the interaction unanswered, so it is read before the acknowledgement is noted.
  const source =
    interaction.sourceMessageId === undefined ? undefined : world.message(channel.id, interaction.sourceMessageId);
  const respond = prepare({ world, interaction, channel, form, files, type, source });
  const shown = respond();
  world.emit({ type: 'interaction-answered', interaction });
  if (query.get('with_response') !== 'true') return { status: 204 };
  return {
    status: 200,
    body: {
      interaction: {
        id: interaction.id,
        type: interaction.type,
        ...(shown && {
          response_message_id: shown.id,
          response_message_loading: (shown.flags & MessageFlags.Loading) !== 0,
          response_message_ephemeral: shown.visibleTo !== null,
        }),
      },
      resource: { type, ...(shown && { message: showMessage(world, shown) }) },
    },
  };
}

interface Preparation {
  world: World;
  interaction: Interaction;
  channel: Channel;
  form: Form;
  files: RouteRequest['files'];
  type: number;
  source: Message | undefined;
}

/** Reads and checks the response's data; what it returns acknowledges and carries it out. */
function prepare({ world, interaction, channel, form, files, type, source }: Preparation): () => Message | undefined {
  const acknowledgeNow = () => acknowledge(world, interaction, type);
  // A late or second answer must say so even if its data are bad.
  if (interaction.status !== 'waiting') acknowledgeNow();
  switch (type) {
    case R.ChannelMessageWithSource: {
      const data = form.child('data', (child) => child) ?? new Form({}, ['data']);
      const isEphemeral = ((data.integer('flags') ?? 0) & MessageFlags.Ephemeral) !== 0;
      const draft = composeMessage({ world, form: data, files, channel, ephemeral: isEphemeral });
      return () => {
        acknowledgeNow();
        const flags = (draft.flags ?? 0) & ANSWER_FLAGS;
        const message = postMessage(world, {
          ...draft,
          ...answerMessageFields(world, interaction, channel, isEphemeral),
          flags,
        });
        interaction.originalMessageId = message.id;
        return message;
      };
    }
    case R.DeferredChannelMessageWithSource: {
      const flags = form.child('data', (data) => data.integer('flags')) ?? 0;
      form.finish();
      const isEphemeral = (flags & MessageFlags.Ephemeral) !== 0;
      return () => {
        acknowledgeNow();
        const message = postMessage(world, {
          ...answerMessageFields(world, interaction, channel, isEphemeral),
          flags: MessageFlags.Loading | (flags & MessageFlags.Ephemeral),
        });
        interaction.originalMessageId = message.id;
        return message;
      };
    }
    case R.DeferredMessageUpdate:
      return () => {
        acknowledgeNow();
        if (source) interaction.originalMessageId = source.id;
        return source;
      };
    case R.UpdateMessage: {
      if (!source) throw apiErrors.unknownMessage();
      const data = form.child('data', (child) => child) ?? new Form({}, ['data']);
      const patch = composeMessage({
        world,
        form: data,
        files,
        channel,
        existing: source,
        ephemeral: source.visibleTo !== null,
      });
      return () => {
        acknowledgeNow();
        interaction.originalMessageId = source.id;
        editMessage(world, source, withEditFlags(source, patch));
        return source;
      };
    }
    case R.Modal: {
      const modal = form.child('data', readModal);
      if (!modal) form.refuse('data', 'BASE_TYPE_REQUIRED', 'This field is required');
      form.finish();
      return () => {
        acknowledgeNow();
        if (modal) interaction.modal = modal;
        world.emit({ type: 'modal', interaction });
        return undefined;
      };
    }
    default: {
      const choices = readChoices(form, interaction);
      form.finish();
      return () => {
        acknowledgeNow();
        interaction.choices = choices;
        return undefined;
      };
    }
  }
}

function readChoices(form: Form, interaction: Interaction): { name: string; value: string | number }[] {
  const isText = focusedType(interaction.data) === 3;
  const data = form.child('data', (child) =>
    child.list('choices', { max: 25 }, (choice) => ({
      name: choice.requireString('name', { min: 1, max: 100 }),
      value: isText ? choice.requireString('value', { max: 100 }) : (choice.number('value') ?? 0),
    })),
  );
  return data ?? [];
}

/** Type of the option being typed, found by its `focused` mark. */
function focusedType(data: object): number {
  const options: unknown = Reflect.get(data, 'options');
  if (!Array.isArray(options)) return 3;
  for (const option of options) {
    if (option.focused === true) return option.type;
    if (Array.isArray(option.options)) return focusedType(option);
  }
  return 3;
}

export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/:interaction/:token/callback',
    access: 'token',
    bucket: null,
    handle: callback,
  },
];
