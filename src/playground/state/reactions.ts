// Adding and taking back a reaction.

import type { World } from '../state.ts';
import type { Message } from './types.ts';

/** `emoji` in its path form: `👍` or `name:id`. Does nothing when it is so already. */
export function setReaction(world: World, message: Message, emoji: string, userId: string, isAdded: boolean): void {
  const users = message.reactions.get(emoji) ?? new Set();
  if (users.has(userId) === isAdded) return;
  if (isAdded) users.add(userId);
  else users.delete(userId);
  if (users.size > 0) message.reactions.set(emoji, users);
  else message.reactions.delete(emoji);
  world.emit({ type: 'reaction', message, emoji, userId, added: isAdded });
}
