// The gateway connection: an unmodified discord.js client with the Guilds intent only, unless reactions are wanted. Interactions are taken raw, as Discord sent them:
// plain data that can be stored, taken up again and tested without a client.

import {
  Client,
  GatewayCloseCodes as Close,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
  Status,
} from 'discord.js';
import type { APIInteraction } from 'discord-api-types/v10';
import type { Logger } from '../observability/logger.ts';
import { type RequestObserver, watchRequests } from '../observability/watch-requests.ts';

import { guardedStrategy, guardPackets } from './gateway-guard.ts';
import { restOptions } from './rest-options.ts';
import { type IdentifySlots, identifyThrottler, type Shards } from './shards.ts';

export interface ClientOptions {
  /** For example https://discord.com/api; the gateway's address comes from there. */
  readonly apiUrl: string;
  readonly shards: Shards;
  readonly slots: IdentifySlots;
  /** Asks for the intent GuildMessageReactions. Default false. */
  readonly hearsReactions?: boolean;
  readonly logger: Logger;
  readonly observe?: RequestObserver;
}

export function createClient({ apiUrl, shards, slots, hearsReactions, logger, observe }: ClientOptions): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, ...(hearsReactions ? [GatewayIntentBits.GuildMessageReactions] : [])],
    rest: { ...restOptions(15_000), api: apiUrl },
    shards: shards === 'auto' ? 'auto' : [...shards.ids],
    ...(shards === 'auto' ? {} : { shardCount: shards.count }),
    ws: { buildIdentifyThrottler: identifyThrottler(slots), buildStrategy: guardedStrategy(logger) },
    allowedMentions: { parse: [] },
    // Interactions carry what is needed; caches would only grow.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      GuildMemberManager: { maxSize: 50, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 100, keepOverLimit: (user) => user.id === user.client.user.id },
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
    }),
  });
  guardPackets(client, logger);
  client.on(Events.Error, (error) => logger.error({ err: error }, 'client error'));
  client.on(Events.ShardReconnecting, (shardId) => logger.info({ shardId }, 'shard reconnecting'));
  client.on(Events.ShardResume, (shardId, replayed) => logger.info({ shardId, replayed }, 'shard resumed'));
  client.rest.on('rateLimited', (info) =>
    logger.debug({ route: info.route, retryAfterMs: info.retryAfter }, 'rate limited'),
  );
  if (observe) watchRequests(client.rest, observe);
  client.rest.on('invalidRequestWarning', (info) => logger.warn({ count: info.count }, 'invalid requests'));
  return client;
}

export function onInteraction(client: Client, listener: (raw: APIInteraction) => void): void {
  // Which application is meant is known: it needs not be said.
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (raw: object) =>
    listener({ application_id: client.application?.id ?? '0', ...raw } as APIInteraction),
  );
}

/** Discord closed a connection for good: discord.js tells of no other closing here. @returns why, in one sentence */
export function closedForGood(client: Client): Promise<string> {
  return new Promise((resolve) => {
    client.once(Events.ShardDisconnect, ({ code }) =>
      resolve(`Discord ended the connection (${code}): ${sayClose(client, code)}`),
    );
  });
}

function sayClose({ options }: Client, code: number): string {
  switch (code) {
    case Close.AuthenticationFailed:
      return 'it does not take the bot token, see DISCORD_TOKEN';
    case Close.InvalidShard:
    case Close.ShardingRequired:
      return 'it wants other shards, see DISCORD_SHARDS';
    case Close.InvalidIntents:
    case Close.DisallowedIntents:
      return `it does not let this bot have one of the intents ${options.intents.toArray().join(', ')}`;
    default:
      return 'it will not take this bot again';
  }
}

/** What keeps the bot from hearing Discord, in one sentence; null where every shard of this process is connected. */
export function gatewayProblem(client: Client): string | null {
  const { shards } = client.ws;
  const down = shards.filter((shard) => shard.status !== Status.Ready).size;
  if (shards.size === 0) return 'not connected';
  return down === 0 ? null : `${down} of ${shards.size} shards are not connected`;
}

/** Whether the channel, or the channel that a thread belongs to, is marked age-restricted; unknown counts as not. */
export function ageRestriction(client: Client): (channelId: string) => boolean {
  return (channelId) => {
    const channel = client.channels.cache.get(channelId);
    if (!channel) return false;
    const place = channel.isThread() ? channel.parent : channel;
    return place !== null && 'nsfw' in place && place.nsfw === true;
  };
}
