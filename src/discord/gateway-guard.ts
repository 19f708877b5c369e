// What stands between the gateway and discord.js. discord.js builds objects from every event right after it has handed out the raw one, and
// takes each field for granted; it runs where nobody catches, so one incomplete event would end the process. Here it builds only what
// Easel asks it for (servers and their channels), from events cut to that, and what it cannot build is a line in the log.

import {
  type Client,
  type ClientOptions,
  GatewayDispatchEvents as E,
  Routes,
  SimpleShardingStrategy,
} from 'discord.js';
import type { APIGatewayBotInfo } from 'discord-api-types/v10';
import type { Logger } from '../observability/logger.ts';

type BuildStrategy = NonNullable<NonNullable<ClientOptions['ws']>['buildStrategy']>;
type Fields = Record<string, unknown>;

const built: ReadonlySet<unknown> = new Set([
  ...[E.Ready, E.Resumed, E.GuildCreate, E.GuildUpdate, E.GuildDelete],
  ...[E.ChannelCreate, E.ChannelUpdate, E.ChannelDelete],
  ...[E.ThreadCreate, E.ThreadUpdate, E.ThreadDelete, E.ThreadListSync],
]);
/** Lists of a server that Easel never looks at. */
const unread = [
  ...['members', 'presences', 'voice_states', 'emojis', 'stickers'],
  ...['stage_instances', 'guild_scheduled_events', 'soundboard_sounds'],
];

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const withId = (list: unknown) =>
  Array.isArray(list) ? list.filter((entry) => isRecord(entry) && typeof entry.id === 'string') : [];

function cutServer(server: Fields): Fields {
  const kept = { ...server };
  for (const list of unread) delete kept[list];
  // An update names no channels: what is absent stays as it is.
  for (const list of ['channels', 'threads', 'roles']) if (kept[list]) kept[list] = withId(kept[list]);
  return kept;
}

/** A server that says less than Discord's at the log-in. An application has its bot's id, unless both are older than 2016. */
function completeReady(ready: Fields): void {
  const user = isRecord(ready.user) ? ready.user : {};
  if (!isRecord(ready.application)) ready.application = { id: user.id, flags: 0 };
  ready.guilds = withId(ready.guilds);
}

/**
 * Contains what throws in any listener, ours included: a `ws.buildStrategy` for discord.js, since the manager that it is given sends all
 * events through its `emit`.
 */
export function guardedStrategy(logger: Logger): BuildStrategy {
  return (manager) => {
    const emit = manager.emit.bind(manager);
    manager.emit = ((...given: Parameters<typeof emit>) => {
      const [event, payload] = given;
      const data = isRecord(payload) && isRecord(payload.data) ? payload.data : {};
      try {
        if (event === 'ready') completeReady(data);
        return emit(...given);
      } catch (err) {
        logger.warn({ err, event, type: data.t }, 'an event of the gateway could not be taken in');
        return true;
      }
    }) as typeof emit;
    let information: Promise<APIGatewayBotInfo> | null = null;
    manager.fetchGatewayInformation = (force) => {
      if (force || information === null) information = fetchInformation(manager.options.rest);
      return information;
    };
    return new SimpleShardingStrategy(manager);
  };
}

/** With Discord's figures for a small bot where a server names none. */
async function fetchInformation(rest: Pick<Client['rest'], 'get'>): Promise<APIGatewayBotInfo> {
  const given = (await rest.get(Routes.gatewayBot())) as Partial<APIGatewayBotInfo> & { url: string };
  const limit = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 };
  return { url: given.url, shards: given.shards || 1, session_start_limit: { ...limit, ...given.session_start_limit } };
}

/**
 * Keeps discord.js from building what nobody listens to: interactions above all, which come whole or not. The method is none of its public
 * ones, but the only place that the events which it holds back until it is ready pass, too; without it the strategy above still holds.
 */
export function guardPackets({ ws }: Client, logger: Logger): void {
  const handle: unknown = Reflect.get(ws, 'handlePacket');
  if (typeof handle !== 'function') return;
  Reflect.set(ws, 'handlePacket', (packet: { t?: unknown; d?: unknown } | undefined, shard: unknown) => {
    if (packet && !built.has(packet.t)) return true;
    const isServer = packet?.t === E.GuildCreate || packet?.t === E.GuildUpdate;
    try {
      const given = isServer && isRecord(packet.d) ? { ...packet, d: cutServer(packet.d) } : packet;
      return handle.call(ws, given, shard);
    } catch (err) {
      logger.warn({ err, type: packet?.t }, 'discord.js could not take in an event');
      return false;
    }
  });
}
