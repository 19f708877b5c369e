// Reactions. https://docs.discord.com/developers/resources/message#create-reaction

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { setReaction } from '../../state/reactions.ts';
import { showUserId } from '../../state/show.ts';
import type { Route, RouteAnswer, RouteRequest } from '../router.ts';
import { botChannel } from './channels.ts';
import { botMessage } from './messages.ts';

const EMOJI = /^(\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*\d]\ufe0f?\u20e3|\w{2,32}:\d+)/u;

function change(request: RouteRequest, isAdded: boolean, userId: string): RouteAnswer {
  const { world, param } = request;
  const isOwn = userId === world.bot.id;
  const channel = botChannel(world, param('channel'), isOwn ? P.ReadMessageHistory : P.ManageMessages);
  const message = botMessage(world, channel, param('message'));
  const emoji = param('emoji');
  if (!EMOJI.test(emoji)) throw apiErrors.unknownEmoji();
  const isNew = isAdded && !message.reactions.has(emoji);
  if (isNew) botChannel(world, param('channel'), P.AddReactions);
  setReaction(world, message, emoji, userId, isAdded);
  return { status: 204 };
}

const ONE = '/channels/:channel/messages/:message/reactions/:emoji';

export const reactionRoutes: readonly Route[] = [
  {
    method: 'PUT',
    path: `${ONE}/@me`,
    access: 'bot',
    bucket: 'reaction',
    handle: (request) => change(request, true, request.world.bot.id),
  },
  {
    method: 'DELETE',
    path: `${ONE}/@me`,
    access: 'bot',
    bucket: 'reaction',
    handle: (request) => change(request, false, request.world.bot.id),
  },
  {
    method: 'DELETE',
    path: `${ONE}/:user`,
    access: 'bot',
    bucket: 'reaction',
    handle: (request) => change(request, false, request.param('user')),
  },
  {
    method: 'GET',
    path: ONE,
    access: 'bot',
    bucket: 'other',
    handle: ({ world, param }) => {
      const channel = botChannel(world, param('channel'), P.ReadMessageHistory);
      const users = botMessage(world, channel, param('message')).reactions.get(param('emoji')) ?? new Set();
      return { status: 200, body: [...users].map((id) => showUserId(world, id)) };
    },
  },
];
