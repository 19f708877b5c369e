// What the page knows: the state of the server, the messages of the channels it looked at, and what is under way. One object,
// plus named signals that say which part changed; views subscribe to the signals they draw.

/** @import { PageChannel, PageCommand, PageRole, PageState, PageUser, WireMessage } from '../wire.ts' */

/**
 * @typedef {object} Channel what has been loaded of one channel
 * @property {WireMessage[]} messages oldest first
 * @property {boolean} hasMore older ones exist
 */

/**
 * @typedef {object} Pending a command that was sent and not answered yet, or that failed
 * @property {string} interactionId
 * @property {string} channelId
 * @property {string} command name as typed, without the slash
 * @property {boolean} slash
 * @property {string | null} error the sentence to show once it failed
 */

/**
 * Signals and what they carry:
 *   state                 people, channels or the choice of channel changed
 *   commands              the commands usable here changed
 *   messages              redraw the whole list
 *   message (id)          one message was added or changed
 *   removed (id)          one message went away
 *   pending               commands under way changed
 *   connection            online or not
 *   compose (text)        put this text into the composer
 *   reply (id)            answer this message
 *   toast (text)          say this sentence
 *   jump (ids)            show this message, once its channel is open
 * @typedef {'state' | 'commands' | 'messages' | 'message' | 'removed' | 'pending' | 'connection' | 'compose' | 'reply' | 'toast' | 'jump'} Signal
 */

const signals = new EventTarget();

export const store = {
  /** @type {PageState | null} */
  state: null,
  /** The channel one looks at. */
  channelId: '',
  /** @type {Map<string, Channel>} */
  channels: new Map(),
  /** @type {PageCommand[]} usable in the current channel */
  commands: [],
  /** @type {Map<string, Pending>} by interaction id */
  pending: new Map(),
  /** Components pressed and not acknowledged: `message:customId`. @type {Set<string>} */
  busy: new Set(),
  /** What went wrong with the last press on a message, by message id. @type {Map<string, string>} */
  failures: new Map(),
  /** Unread mentions by channel. @type {Map<string, number>} */
  unread: new Map(),
  connected: false,

  /** @param {Signal} signal @param {(detail: any) => void} listener @returns {void} */
  on(signal, listener) {
    signals.addEventListener(signal, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  },

  /** @param {Signal} signal @param {unknown} [detail] @returns {void} */
  emit(signal, detail) {
    signals.dispatchEvent(new CustomEvent(signal, { detail }));
  },

  /** @param {string} [id] @returns {PageChannel | undefined} */
  channel(id) {
    return store.state?.channels.find((channel) => channel.id === (id ?? store.channelId));
  },

  /** @param {string} id @returns {PageUser | undefined} */
  user(id) {
    if (!store.state) return undefined;
    return [store.state.bot, store.state.me, ...store.state.members].find((user) => user.id === id);
  },

  /** @param {string} id @returns {PageRole | undefined} */
  role(id) {
    return store.state?.roles.find((role) => role.id === id);
  },

  /** @param {string} id @returns {WireMessage | undefined} in the current channel */
  message(id) {
    return store.channels.get(store.channelId)?.messages.find((message) => message.id === id);
  },

  /** @param {WireMessage} message @returns {void} */
  putMessage(message) {
    const channel = store.channels.get(message.channel_id);
    if (!channel) return;
    const at = channel.messages.findIndex((each) => each.id === message.id);
    if (at >= 0) channel.messages[at] = message;
    else channel.messages.push(message);
    if (message.channel_id === store.channelId) store.emit('message', message.id);
  },

  /** @param {string} channelId @param {string} messageId @returns {void} */
  removeMessage(channelId, messageId) {
    const channel = store.channels.get(channelId);
    if (!channel) return;
    channel.messages = channel.messages.filter((message) => message.id !== messageId);
    if (channelId === store.channelId) store.emit('removed', messageId);
  },
};
