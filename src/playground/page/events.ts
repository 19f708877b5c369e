// The page's live connection: what happens in the twin, as far as the member one plays may see it.

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { canSee } from '../actors/access.ts';
import { showModal } from '../actors/modals.ts';
import { can } from '../state/permissions.ts';
import { showMessage } from '../state/show.ts';
import type { World, WorldEvent } from '../state.ts';
import type { PageEvent } from '../wire.ts';
import { pageState } from './state.ts';

const PING_EVERY_MS = 30_000;

export function servePageEvents(world: World, socket: WebSocket, userId: string): void {
  const send = (event: PageEvent) => socket.send(JSON.stringify(event));
  send({ event: 'ready', state: pageState(world, userId) });
  const stop = world.listen((event) => {
    if (socket.readyState !== socket.OPEN) return;
    for (const pageEvent of pageEvents(world, userId, event)) send(pageEvent);
  });
  const ping = setInterval(() => socket.ping(), PING_EVERY_MS).unref();
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    stop();
    clearInterval(ping);
  });
}

function pageEvents(world: World, userId: string, event: WorldEvent): PageEvent[] {
  switch (event.type) {
    case 'message-create':
    case 'message-update': {
      if (!canSee(world, userId, event.message)) return [];
      return [{ event: event.type, message: showMessage(world, event.message, userId) }];
    }
    case 'reaction': {
      if (!canSee(world, userId, event.message)) return [];
      return [{ event: 'message-update', message: showMessage(world, event.message, userId) }];
    }
    case 'message-delete': {
      const isForMe = event.visibleTo === null ? isVisible(world, userId, event.channelId) : event.visibleTo === userId;
      return isForMe
        ? event.messageIds.map((messageId) => ({ event: 'message-delete', channelId: event.channelId, messageId }))
        : [];
    }
    case 'typing':
      return isVisible(world, userId, event.channelId)
        ? [{ event: 'typing', channelId: event.channelId, userId: event.userId }]
        : [];
    case 'notification': {
      const { notification } = event;
      if (notification.userId !== userId) return [];
      return [{ event: 'notification', channelId: notification.channelId, messageId: notification.messageId }];
    }
    case 'presence':
      return [{ event: 'state', state: pageState(world, userId) }];
    case 'locale':
      return event.userId === userId ? [{ event: 'state', state: pageState(world, userId) }] : [];
    case 'commands-changed':
    case 'guild-create':
    case 'guild-delete':
      return [{ event: 'commands' }];
    case 'interaction-create': {
      const { id: interactionId, channelId, sourceMessageId, data } = event.interaction;
      if (event.interaction.userId !== userId) return [];
      const customId: unknown = Reflect.get(data, 'custom_id');
      return [
        {
          event: 'interaction-sent',
          interactionId,
          channelId,
          ...(sourceMessageId !== undefined && { messageId: sourceMessageId }),
          ...(typeof customId === 'string' && { customId }),
        },
      ];
    }
    case 'interaction-answered':
      return event.interaction.userId === userId
        ? [{ event: 'interaction-succeeded', interactionId: event.interaction.id }]
        : [];
    case 'interaction-failed': {
      if (event.interaction.userId !== userId) return [];
      const message = world.botOnline ? 'The application did not respond' : 'The bot is offline and did not respond';
      return [{ event: 'interaction-failed', interactionId: event.interaction.id, message }];
    }
    case 'modal': {
      const modal = showModal(event.interaction);
      const isMine = event.interaction.userId === userId && modal !== undefined;
      return isMine ? [{ event: 'modal', interactionId: event.interaction.id, modal }] : [];
    }
  }
}

function isVisible(world: World, userId: string, channelId: string): boolean {
  const channel = world.channels.get(channelId);
  return channel !== undefined && can(world, userId, channel, P.ViewChannel);
}
