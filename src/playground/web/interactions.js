// Commands and presses from the click to the answer. The server replies at once with an interaction id; whether the bot answered
// in time comes later as an event (or, on a fast machine, even before the reply).

import { act } from './api.js';
import { store } from './store.js';

/** @import { PageAction, PageEvent, PageReply } from '../wire.ts' */
/** @typedef {{ ok: true } | { ok: false, message: string }} Outcome */

/** @type {Map<string, (outcome: Outcome) => void>} */
const waiting = new Map();
/** Outcomes that overtook their reply. @type {Map<string, Outcome>} */
const early = new Map();
const EARLY_KEPT = 50;

/** @param {string} interactionId @param {Outcome} outcome */
function settle(interactionId, outcome) {
  const resolve = waiting.get(interactionId);
  if (resolve) {
    waiting.delete(interactionId);
    resolve(outcome);
    return;
  }
  early.set(interactionId, outcome);
  const [oldest] = early.keys();
  if (early.size > EARLY_KEPT && oldest) early.delete(oldest);
}

/** @param {string} interactionId @returns {Promise<Outcome>} */
function outcomeOf(interactionId) {
  const known = early.get(interactionId);
  early.delete(interactionId);
  return known ? Promise.resolve(known) : new Promise((resolve) => waiting.set(interactionId, resolve));
}

/** Feeds the events about interactions in. @param {PageEvent} event */
export function handleInteractionEvent(event) {
  if (event.event === 'interaction-failed') settle(event.interactionId, { ok: false, message: event.message });
  if (event.event === 'interaction-succeeded' || event.event === 'modal') settle(event.interactionId, { ok: true });
  if (event.event === 'message-create' && event.message.interaction_metadata) {
    const { id } = event.message.interaction_metadata;
    if (store.pending.delete(id)) store.emit('pending');
  }
}

/**
 * Runs a slash or context menu command and shows it as sent until the bot answers.
 * @param {Extract<PageAction, { action: 'command' | 'context-menu' }>} action
 * @param {string} name as shown
 * @returns {Promise<PageReply>}
 */
export async function runCommand(action, name) {
  const reply = await act(action);
  if (reply.ok && reply.interactionId) {
    const { interactionId } = reply;
    const { channelId } = action;
    const answered = store.channels
      .get(channelId)
      ?.messages.some((message) => message.interaction_metadata?.id === interactionId);
    if (!answered) {
      store.pending.set(interactionId, {
        interactionId,
        channelId,
        command: name,
        slash: action.action === 'command',
        error: null,
      });
      store.emit('pending');
    }
    void finishCommand(interactionId);
  }
  return reply;
}

/** @param {string} interactionId */
async function finishCommand(interactionId) {
  const outcome = await outcomeOf(interactionId);
  const pending = store.pending.get(interactionId);
  if (!pending) return;
  if (outcome.ok) store.pending.delete(interactionId);
  else pending.error = outcome.message;
  store.emit('pending');
}

/**
 * Presses a button or chooses from a select: busy until acknowledged, a line under the message where it failed.
 * @param {Extract<PageAction, { action: 'click' | 'select' }>} action
 */
export async function press(action) {
  const { messageId, customId } = action;
  const key = `${messageId}:${customId}`;
  if (store.busy.has(key)) return;
  store.busy.add(key);
  store.failures.delete(messageId);
  store.emit('message', messageId);
  const reply = await act(action);
  /** @type {Outcome} */
  let outcome = reply;
  if (reply.ok && reply.interactionId) outcome = await outcomeOf(reply.interactionId);
  store.busy.delete(key);
  if (!outcome.ok) store.failures.set(messageId, outcome.message);
  store.emit('message', messageId);
}

/** Forgets everything under way: another member plays from now on. */
export function forgetInteractions() {
  waiting.clear();
  early.clear();
  store.pending.clear();
  store.busy.clear();
  store.failures.clear();
}

/**
 * Waits for what became of an action that answers a modal.
 * @param {PageReply} reply
 * @returns {Promise<Outcome>}
 */
export async function outcomeOfReply(reply) {
  if (!reply.ok) return reply;
  return reply.interactionId ? outcomeOf(reply.interactionId) : { ok: true };
}
