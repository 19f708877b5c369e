// What one can do with a message or a person: reactions, the app's context menu commands, copying, deleting.

import { act } from './api.js';
import { copy } from './clipboard.js';
import { shownName } from './command-text.js';
import { runCommand } from './interactions.js';
import { openMenu } from './menu.js';
import { store } from './store.js';

/** @import { WireMessage } from '../wire.ts' */
/** @import { MenuEntry } from './menu.js' */

const QUICK_EMOJI = ['❤️', '⭐', '👍', '😂', '✉️', '❌'];
const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;
const EPHEMERAL = 64;

/** @param {import('../wire.ts').PageAction} action */
async function perform(action) {
  const reply = await act(action);
  if (!reply.ok) store.emit('toast', reply.message);
}

/** @param {number} type @param {string} targetId @returns {MenuEntry[]} */
function appEntries(type, targetId) {
  const commands = store.commands.filter((command) => command.type === type);
  if (commands.length === 0) return [];
  return [
    'separator',
    { heading: 'Apps' },
    ...commands.map((command) => ({
      label: shownName(command),
      icon: /** @type {const} */ ('apps'),
      run: async () => {
        const action = /** @type {const} */ ({
          action: 'context-menu',
          channelId: store.channelId,
          commandId: command.id,
          targetId,
        });
        const reply = await runCommand(action, command.name);
        if (!reply.ok) store.emit('toast', reply.message);
      },
    })),
  ];
}

/** @param {WireMessage} message @param {HTMLElement | DOMRect} anchor */
export function openMessageMenu(message, anchor) {
  const { id: messageId, channel_id: channelId } = message;
  const ephemeral = (message.flags & EPHEMERAL) !== 0;
  const own = message.author.id === store.state?.me.id;
  const moderates = store.state?.me.roles.some((role) => /mod|admin/i.test(role)) ?? false;
  /** @type {MenuEntry[]} */
  const entries = [];
  if (!ephemeral) {
    entries.push({
      row: QUICK_EMOJI.map((emoji) => ({
        text: emoji,
        label: `React with ${emoji}`,
        run: () => perform({ action: 'react', channelId, messageId, emoji }),
      })),
    });
    if (store.channel()?.canSend)
      entries.push({ label: 'Reply', icon: 'reply', run: () => store.emit('reply', messageId) });
  }
  if (message.content)
    entries.push({ label: 'Copy text', icon: 'copy', run: () => copy(message.content, 'Text copied.') });
  entries.push({ label: 'Copy message ID', icon: 'hash', run: () => copy(messageId, 'ID copied.') });
  if (!ephemeral) entries.push(...appEntries(MESSAGE_COMMAND, messageId));
  if (ephemeral)
    entries.push('separator', {
      label: 'Dismiss message',
      icon: 'close',
      run: () => perform({ action: 'dismiss', channelId, messageId }),
    });
  else if (own || moderates) {
    entries.push('separator', {
      label: 'Delete message',
      icon: 'trash',
      danger: true,
      run: () => perform({ action: 'delete-message', channelId, messageId }),
    });
  }
  openMenu('Message', entries, anchor);
}

/** @param {string} userId @param {HTMLElement} anchor */
export function openUserMenu(userId, anchor) {
  const user = store.user(userId);
  const roles = user?.roles.join(', ');
  /** @type {MenuEntry[]} */
  const entries = [{ heading: [user?.name ?? 'unknown user', user?.bot ? 'App' : roles].filter(Boolean).join(' · ') }];
  entries.push({ label: 'Copy user ID', icon: 'hash', run: () => copy(userId, 'ID copied.') });
  entries.push(...appEntries(USER_COMMAND, userId));
  openMenu('Person', entries, anchor);
}
