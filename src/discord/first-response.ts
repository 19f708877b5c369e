// The first response to an interaction: one request, within three seconds, nothing slow before it.

import { type REST, Routes } from 'discord.js';
import {
  type APIApplicationCommandOptionChoice,
  type APIInteractionResponse,
  type APIMessage,
  MessageFlags,
  type RESTPostAPIInteractionCallbackWithResponseResult,
  InteractionResponseType as Type,
} from 'discord-api-types/v10';
import type { FirstResponse } from './behaviour.ts';
import { isAlreadyAcknowledged, isRefused, isVoid } from './discord-errors.ts';
import type { Facts } from './facts.ts';
import { type MessageBody, quiet } from './message-body.ts';
import type { ModalBody } from './modal.ts';

export interface Acknowledged {
  /** `void`: the three seconds were over, the member saw "did not respond"; nothing was promised. */
  readonly outcome: 'done' | 'done-before' | 'void';
  /** The new message, where one was made. */
  readonly messageId: string | null;
}

/** Connections break; the three seconds leave room for a second try or two. */
const tries = 3;

async function respond(
  rest: REST,
  facts: Facts,
  response: APIInteractionResponse,
  triesLeft = tries,
): Promise<Acknowledged> {
  try {
    const result = (await rest.post(Routes.interactionCallback(facts.interactionId, facts.token), {
      body: response,
      query: new URLSearchParams({ with_response: 'true' }),
      auth: false,
    })) as RESTPostAPIInteractionCallbackWithResponseResult | undefined;
    return { outcome: 'done', messageId: result?.resource?.message?.id ?? null };
  } catch (error) {
    if (isAlreadyAcknowledged(error)) return { outcome: 'done-before', messageId: null };
    if (isVoid(error)) return { outcome: 'void', messageId: null };
    if (isRefused(error) || triesLeft <= 1) throw error;
    return respond(rest, facts, response, triesLeft - 1);
  }
}

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
  rest: REST,
  facts: Facts,
  first: Exclude<FirstResponse, 'modal'>,
  opening: MessageBody | null,
): Promise<Acknowledged> {
  if (first === 'update') {
    return respond(
      rest,
      facts,
      opening ? { type: Type.UpdateMessage, data: opening } : { type: Type.DeferredMessageUpdate },
    );
  }
  const flags = first === 'private' ? { flags: MessageFlags.Ephemeral } : {};
  return respond(
    rest,
    facts,
    opening
      ? { type: Type.ChannelMessageWithSource, data: { ...opening, ...flags } }
      : { type: Type.DeferredChannelMessageWithSource, data: flags },
  );
}

/** A refusal is the first response, seen by the member only. */
export function refuseTo(rest: REST, facts: Facts, sentence: string): Promise<Acknowledged> {
  return respond(rest, facts, {
    type: Type.ChannelMessageWithSource,
    data: { ...quiet({ content: sentence }), flags: MessageFlags.Ephemeral },
  });
}

export function openModal(rest: REST, facts: Facts, modal: ModalBody): Promise<Acknowledged> {
  return respond(rest, facts, { type: Type.Modal, data: modal });
}

export function suggestTo(
  rest: REST,
  facts: Facts,
  choices: readonly APIApplicationCommandOptionChoice[],
): Promise<Acknowledged> {
  return respond(rest, facts, {
    type: Type.ApplicationCommandAutocompleteResult,
    data: { choices: choices.slice(0, 25) },
  });
}
