// The gateway: sessions of bots, what they are told, and the switches by which tests break connections.
// https://docs.discord.com/developers/events/gateway

import { randomBytes } from 'node:crypto';
import { GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { type ConnectionHost, serveConnection } from './gateway/connection.ts';
import { gatewayEvents, guildCreate, wants } from './gateway/events.ts';
import { Session, type Sink } from './gateway/session.ts';
import { isBotHere } from './state/bot-membership.ts';
import { showUser } from './state/show.ts';
import type { World } from './state.ts';

export interface GatewayOptions {
  /** Shards that may log in within one slot; Discord gives small bots 1. */
  identifyConcurrency?: number;
  /** How many shards /gateway/bot recommends. */
  shards?: number;
  /** Length of a log-in slot. Discord: 5000. */
  identifyWindowMs?: number;
  /** How long a lost session can be resumed. */
  resumeWithinMs?: number;
}

const DEFAULTS = { identifyConcurrency: 1, shards: 1, identifyWindowMs: 5000, resumeWithinMs: 5 * 60_000 } as const;
const STARTS_PER_DAY = 1000;

export class Gateway {
  readonly #world: World;
  readonly #options: Required<GatewayOptions>;
  readonly #host: ConnectionHost;
  readonly #sessions = new Map<string, Session>();
  readonly #identifiedAt = new Map<number, number>();
  #delayMs = 0;
  /** Log-ins turned away because their slot was taken. */
  refusedIdentifies = 0;
  #heartbeatsToSwallow = 0;

  constructor(world: World, token: string, options: GatewayOptions = {}) {
    this.#world = world;
    this.#options = { ...DEFAULTS, ...options };
    world.identifyConcurrency = this.#options.identifyConcurrency;
    world.recommendedShards = this.#options.shards;
    this.#host = {
      token,
      identify: (intents, shard, sink) => this.#identify(intents, shard, sink),
      resume: (id, sequence, sink) => this.#resume(id, sequence, sink),
      disconnected: (session, isFinal) => this.#disconnected(session, isFinal),
      violate: (detail) => world.violate('gateway', detail),
      shouldSwallowHeartbeat: () => {
        if (this.#heartbeatsToSwallow === 0) return false;
        this.#heartbeatsToSwallow -= 1;
        return true;
      },
    };
    world.listen((event) => {
      for (const gatewayEvent of gatewayEvents(world, event)) {
        for (const session of this.#sessions.values()) {
          if (!wants(session, gatewayEvent)) continue;
          const isBlind =
            gatewayEvent.withoutContent !== undefined && !session.hasIntent(GatewayIntentBits.MessageContent);
          const data = isBlind ? gatewayEvent.withoutContent : gatewayEvent.data;
          if (this.#delayMs === 0) session.dispatch(gatewayEvent.type, data);
          else world.clock.after(this.#delayMs, () => session.dispatch(gatewayEvent.type, data));
        }
      }
    });
  }

  accept(socket: WebSocket, compress: boolean): void {
    serveConnection(socket, this.#host, compress);
  }

  get connectedSessions(): number {
    return this.#connected().length;
  }

  /** Breaks all connections as a network would. The sessions can be resumed. */
  dropConnections(): void {
    for (const session of this.#connected()) session.sink?.close(4000);
  }
  /** Asks all bots to reconnect and resume (opcode 7). */
  askToReconnect(): void {
    this.#tell(GatewayOpcodes.Reconnect, null);
  }
  /** Tells all bots that their session is void (opcode 9); without `resumable` they must identify anew. */
  invalidateSessions(resumable = false): void {
    const sessions = this.#connected();
    this.#tell(GatewayOpcodes.InvalidSession, resumable);
    if (!resumable) for (const session of sessions) this.#disconnected(session, true);
  }
  /** Delays every event by this much; 0 ends it. */
  delayEvents(ms: number): void {
    this.#delayMs = ms;
  }
  /** Tests: sends all bots an event as it stands here, whatever they asked for, as a server of another make may. */
  sendAsIs(type: string, data: unknown): void {
    for (const session of this.#connected()) session.dispatch(type, data);
  }
  /** Tests: the same for a whole frame, which no session knows of. */
  sendFrame(op: number, data: unknown): void {
    this.#tell(op, data);
  }
  /** Closes all connections with a code of Discord's. */
  closeConnections(code: number): void {
    for (const session of this.#connected()) session.sink?.close(code);
  }
  /** Leaves the next heartbeats without acknowledgement. */
  swallowHeartbeats(count: number): void {
    this.#heartbeatsToSwallow = count;
  }

  #identify(intents: number, shard: readonly [number, number], sink: Sink): Session | undefined {
    const world = this.#world;
    const slot = shard[0] % this.#options.identifyConcurrency;
    const now = world.clock.now();
    const last = this.#identifiedAt.get(slot);
    if (last !== undefined && now - last < this.#options.identifyWindowMs) {
      this.refusedIdentifies += 1;
      return undefined;
    }
    if (world.sessionStarts >= STARTS_PER_DAY) {
      world.violate('gateway', `more than ${STARTS_PER_DAY} log-ins`);
      return undefined;
    }
    this.#identifiedAt.set(slot, now);
    world.sessionStarts += 1;
    const session = new Session(randomBytes(16).toString('hex'), intents, shard);
    session.sink = sink;
    this.#sessions.set(session.id, session);
    session.dispatch('READY', {
      v: 10,
      user: { ...showUser(world.bot), mfa_enabled: true, verified: true, email: null, flags: 0 },
      guilds: session.serves(world.guild.id) && isBotHere(world) ? [{ id: world.guild.id, unavailable: true }] : [],
      session_id: session.id,
      resume_gateway_url: `${world.origin.replace(/^http/, 'ws')}/gateway`,
      shard,
      application: { id: world.bot.id, flags: 0 },
      private_channels: [],
      session_type: 'normal',
      _trace: ['["twin"]'],
    });
    const isReachable = session.serves(world.guild.id) && isBotHere(world) && !world.isGuildOut;
    if (isReachable && session.hasIntent(GatewayIntentBits.Guilds))
      session.dispatch('GUILD_CREATE', guildCreate(world));
    this.#updatePresence();
    return session;
  }

  #resume(id: string, sequence: number, sink: Sink): Session | undefined {
    const session = this.#sessions.get(id);
    if (!session?.canReplay(sequence)) return undefined;
    session.sink = sink;
    session.disconnectedAt = null;
    session.replay(sequence);
    session.dispatch('RESUMED', { _trace: ['["twin"]'] });
    this.#updatePresence();
    return session;
  }

  #disconnected(session: Session, isFinal: boolean): void {
    session.sink = undefined;
    session.disconnectedAt = this.#world.clock.now();
    if (isFinal) this.#sessions.delete(session.id);
    else
      this.#world.clock.after(this.#options.resumeWithinMs, () => {
        if (session.sink === undefined) this.#sessions.delete(session.id);
      });
    this.#updatePresence();
  }

  #connected(): Session[] {
    return [...this.#sessions.values()].filter((session) => session.sink !== undefined);
  }
  #tell(op: number, d: unknown): void {
    for (const session of this.#connected()) session.sink?.send(JSON.stringify({ op, d, s: null, t: null }));
  }
  #updatePresence(): void {
    const isOnline = this.#connected().length > 0;
    if (isOnline === this.#world.botOnline) return;
    this.#world.botOnline = isOnline;
    this.#world.emit({ type: 'presence' });
  }
}
