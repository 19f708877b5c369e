// Notices which servers the bot is in. From the raw events: a new session after a lost one names every server, while the client's cache
// keeps those that were left in between. A server that is only unavailable (an outage of Discord's) was not left.

import { type Client, GatewayDispatchEvents } from 'discord.js';
import type {
  GatewayGuildCreateDispatchData,
  GatewayGuildDeleteDispatchData,
  GatewayReadyDispatchData,
} from 'discord-api-types/v10';
import type { Logger } from '../observability/logger.ts';
import type { Departures } from '../store/departures.ts';

export function followServers(client: Client, departures: Departures, logger: Logger): { idle(): Promise<void> } {
  /** Told before: at every start each server is announced. */
  const known = new Set<string>();
  let applicationId: string | null = null;
  let working: Promise<unknown> = Promise.resolve();
  /** One after the other: left and invited again must not change places. */
  const then = (work: (applicationId: string) => Promise<unknown>) => {
    working = working
      .then(() => (applicationId === null ? null : work(applicationId)))
      .catch((err: unknown) => logger.warn({ err }, 'could not note a change of servers'));
  };

  client.ws.on(GatewayDispatchEvents.Ready, (ready: GatewayReadyDispatchData) => {
    applicationId = ready.application.id;
    const [shard, count] = ready.shard ?? [0, 1];
    const guildIds = ready.guilds.map(({ id }) => id);
    for (const id of guildIds) known.add(id);
    then(async (application) => {
      const isOfShard = (guildId: string) => Number((BigInt(guildId) >> 22n) % BigInt(count)) === shard;
      const gone = await departures.reconcile(application, guildIds, isOfShard);
      for (const guildId of gone) known.delete(guildId);
      if (gone.length > 0) logger.info({ servers: gone.length }, 'servers were left while nobody listened');
    });
  });
  client.ws.on(GatewayDispatchEvents.GuildCreate, ({ id }: GatewayGuildCreateDispatchData) => {
    if (known.has(id)) return;
    known.add(id);
    then((application) => departures.arrived(application, id));
  });
  client.ws.on(GatewayDispatchEvents.GuildDelete, ({ id, unavailable }: GatewayGuildDeleteDispatchData) => {
    if (unavailable) return;
    known.delete(id);
    logger.info({ guildId: id }, 'a server was left: its data will be deleted');
    then((application) => departures.left(application, id));
  });
  return {
    async idle() {
      await working;
    },
  };
}
