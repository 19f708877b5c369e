// What all messages that answer an interaction have in common.

import { InteractionType, MessageType } from 'discord-api-types/v10';
import type { MessageDraft } from '../../state/messages.ts';
import type { Channel, Interaction } from '../../state/types.ts';
import type { World } from '../../state.ts';

/** `isFollowUp`: sent after the first response; shown as a reply to it. */
export function answerMessageFields(
  world: World,
  interaction: Interaction,
  channel: Channel,
  isEphemeral: boolean,
  isFollowUp = false,
): MessageDraft {
  const { originalMessageId, sourceMessageId, targetMessageId } = interaction;
  const isCommand = interaction.type === InteractionType.ApplicationCommand;
  const repliesTo = isFollowUp ? originalMessageId : sourceMessageId;
  const isContextMenu = targetMessageId !== undefined || Reflect.has(interaction.data, 'target_id');
  return {
    authorId: world.bot.id,
    channel,
    viaWebhook: true,
    visibleTo: isEphemeral ? interaction.userId : null,
    reference: repliesTo === undefined ? null : { messageId: repliesTo, channelId: channel.id },
    ...(isCommand &&
      !isFollowUp && { type: isContextMenu ? MessageType.ContextMenuCommand : MessageType.ChatInputCommand }),
    interaction: {
      id: interaction.id,
      type: interaction.type,
      userId: interaction.userId,
      ...(interaction.commandName !== undefined && { name: interaction.commandName }),
      ...(sourceMessageId !== undefined && { interactedMessageId: sourceMessageId }),
      ...(targetMessageId !== undefined && { targetMessageId }),
      ...(isFollowUp && originalMessageId !== undefined && { originalResponseMessageId: originalMessageId }),
    },
  };
}
