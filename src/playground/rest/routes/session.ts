// Where the gateway is, and who the application is. https://docs.discord.com/developers/events/gateway#get-gateway-bot

import { showUser } from '../../state/show.ts';
import type { World } from '../../state.ts';
import type { Route } from '../router.ts';

/** Log-ins a day; real applications get 1000. */
const SESSION_STARTS_PER_DAY = 1000;

function gatewayUrl(world: World): string {
  return `${world.origin.replace(/^http/, 'ws')}/gateway`;
}

/** Presences, members and message content allowed for an application that is not verified. */
const APPLICATION_FLAGS = (1 << 13) | (1 << 15) | (1 << 19);

function showApplication(world: World) {
  return {
    id: world.bot.id,
    name: world.bot.username,
    icon: null,
    description: '',
    summary: '',
    type: null,
    bot: showUser(world.bot),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: APPLICATION_FLAGS,
    hook: true,
    owner: showUser(world.users.get(world.guild.ownerId) ?? world.bot),
    team: null,
    tags: [],
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    approximate_guild_count: 1,
    integration_types_config: { '0': {} },
  };
}

export const sessionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/gateway',
    access: 'token',
    bucket: null,
    handle: ({ world }) => ({ status: 200, body: { url: gatewayUrl(world) } }),
  },
  {
    method: 'GET',
    path: '/gateway/bot',
    access: 'bot',
    bucket: 'other',
    handle: ({ world }) => ({
      status: 200,
      body: {
        url: gatewayUrl(world),
        shards: world.recommendedShards,
        session_start_limit: {
          total: SESSION_STARTS_PER_DAY,
          remaining: Math.max(0, SESSION_STARTS_PER_DAY - world.sessionStarts),
          reset_after: 86_400_000,
          max_concurrency: world.identifyConcurrency,
        },
      },
    }),
  },
  ...['/applications/@me', '/oauth2/applications/@me'].map(
    (path): Route => ({
      method: 'GET',
      path,
      access: 'bot',
      bucket: 'other',
      handle: ({ world }) => ({ status: 200, body: showApplication(world) }),
    }),
  ),
];
