// One session of a bot at the gateway. It outlives its connection for a while: events missed in between are kept and replayed
// when the bot resumes. https://docs.discord.com/developers/events/gateway#resuming

import type { GatewayOpcodes } from 'discord-api-types/v10';

export interface GatewayFrame {
  op: GatewayOpcodes;
  d?: unknown;
  s?: number | null;
  t?: string | null;
}

/** Where frames go while a connection exists. */
export interface Sink {
  send(text: string): void;
  close(code: number): void;
}

const MAX_KEPT_EVENTS = 20_000;

export class Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  sink: Sink | undefined;
  sequence = 0;
  /** When the connection was lost; null while there is one. */
  disconnectedAt: number | null = null;
  readonly #kept: { sequence: number; text: string }[] = [];

  constructor(id: string, intents: number, shard: readonly [number, number]) {
    this.id = id;
    this.intents = intents;
    this.shard = shard;
  }

  dispatch(type: string, data: unknown): void {
    this.sequence += 1;
    const text = JSON.stringify({ op: 0, t: type, s: this.sequence, d: data });
    this.#kept.push({ sequence: this.sequence, text });
    if (this.#kept.length > MAX_KEPT_EVENTS) this.#kept.shift();
    this.sink?.send(text);
  }

  /** Whether everything after `sequence` is still kept. */
  canReplay(sequence: number): boolean {
    const first = this.#kept[0]?.sequence ?? this.sequence + 1;
    return sequence <= this.sequence && sequence >= first - 1;
  }
  replay(sequence: number): number {
    const missed = this.#kept.filter((event) => event.sequence > sequence);
    for (const event of missed) this.sink?.send(event.text);
    return missed.length;
  }
  hasIntent(intent: number): boolean {
    return (this.intents & intent) !== 0;
  }
  /** A server belongs to one shard; everything without a server to shard 0. */
  serves(guildId: string | null): boolean {
    const [shard, count] = this.shard;
    return guildId === null ? shard === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === shard;
  }
}
