// The list of reactions; nothing else.

import type { Reaction } from '../../src/discord/reactions.ts';
import { removeByReaction } from './remove.ts';
import { sendByReaction } from './send.ts';

export const reactions: readonly Reaction[] = [removeByReaction, sendByReaction];
