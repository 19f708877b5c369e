// The first response to an interaction: one request, within three seconds, nothing slow before it.

import { type REST, Routes } from 'discord.js';
import {
  type APIApplicationCommandOptionChoice,
  type APIMessage,
  MessageFlags,
  InteractionResponseType as Type,
} from 'discord-api-types/v10';
import type { FirstResponse } from './behaviour.ts';
import type { Acknowledged, FirstResponses } from './callback-client.ts';
import type { Facts } from './facts.ts';
import { type MessageBody, quiet, type Row } from './message-body.ts';
import type { ModalBody } from './modal.ts';

/** Where a first response goes. */
export type Asker = Pick<Facts, 'interactionId' | 'token'>;

/** The message that answers the interaction; null where there is none (any more). */
export async function findReply(rest: REST, facts: Facts): Promise<string | null> {
  const route = Routes.webhookMessage(facts.applicationId, facts.token, '@original');
  return rest
    .get(route, { auth: false })
    .then((message) => (message as APIMessage).id)
    .catch(() => null);
}

/** @param opening words to show at once instead of "thinking" */
export function acknowledge(
  callbacks: FirstResponses,
  facts: Facts,
  first: Exclude<FirstResponse, 'modal'>,
  opening: MessageBody | null,
): Promise<Acknowledged> {
  if (first === 'update') {
    return callbacks.send(
      facts.interactionId,
      facts.token,
      opening ? { type: Type.UpdateMessage, data: opening } : { type: Type.DeferredMessageUpdate },
    );
  }
  const flags = first === 'private' ? { flags: MessageFlags.Ephemeral } : {};
  return callbacks.send(
    facts.interactionId,
    facts.token,
    opening
      ? { type: Type.ChannelMessageWithSource, data: { ...opening, ...flags } }
      : { type: Type.DeferredChannelMessageWithSource, data: flags },
  );
}

/** A refusal is the first response, seen by the member only. */
export function refuseTo(
  callbacks: FirstResponses,
  asker: Asker,
  sentence: string,
  components: Row[] = [],
): Promise<Acknowledged> {
  return callbacks.send(asker.interactionId, asker.token, {
    type: Type.ChannelMessageWithSource,
    data: {
      ...quiet({ content: sentence, ...(components.length > 0 ? { components } : {}) }),
      flags: MessageFlags.Ephemeral,
    },
  });
}

export function openModal(callbacks: FirstResponses, asker: Asker, modal: ModalBody): Promise<Acknowledged> {
  return callbacks.send(asker.interactionId, asker.token, { type: Type.Modal, data: modal });
}

export function suggestTo(
  callbacks: FirstResponses,
  asker: Asker,
  choices: readonly APIApplicationCommandOptionChoice[],
): Promise<Acknowledged> {
  return callbacks.send(asker.interactionId, asker.token, {
    type: Type.ApplicationCommandAutocompleteResult,
    data: { choices: choices.slice(0, 25) },
  });
}
