// Users, and opening a direct message channel. https://docs.discord.com/developers/resources/user

import { ChannelType } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { Form } from '../../form.ts';
import { isBotHere, removeBot } from '../../state/bot-membership.ts';
import { showChannel, showGuild, showUser } from '../../state/show.ts';
import type { Route } from '../router.ts';

export const userRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/users/@me',
    access: 'bot',
    bucket: 'other',
    handle: ({ world }) => ({
      status: 200,
      body: { ...showUser(world.bot), mfa_enabled: true, locale: 'en-US', verified: true, email: null, flags: 0 },
    }),
  },
  {
    method: 'GET',
    path: '/users/@me/guilds',
    access: 'bot',
    bucket: 'other',
    handle: ({ world }) => ({ status: 200, body: isBotHere(world) ? [showGuild(world)] : [] }),
  },
  {
    method: 'DELETE',
    path: '/users/@me/guilds/:guild',
    access: 'bot',
    bucket: 'other',
    handle: ({ world, param }) => {
      if (param('guild') !== world.guild.id || !isBotHere(world)) throw apiErrors.unknownGuild();
      removeBot(world);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/users/:user',
    access: 'bot',
    bucket: 'other',
    handle: ({ world, param }) => {
      const user = world.users.get(param('user'));
      if (!user) throw apiErrors.unknownUser();
      return { status: 200, body: showUser(user) };
    },
  },
  {
    method: 'POST',
    path: '/users/@me/channels',
    access: 'bot',
    bucket: 'other',
    handle: ({ world, json }) => {
      const form = new Form(json);
      const recipientId = form.requireSnowflake('recipient_id');
      form.finish();
      const channel = [...world.channels.values()].find(
        (candidate) => candidate.type === ChannelType.DM && candidate.recipientId === recipientId,
      );
      if (!channel) throw world.users.has(recipientId) ? apiErrors.cannotSendToUser() : apiErrors.unknownUser();
      return { status: 200, body: showChannel(world, channel) };
    },
  },
];
