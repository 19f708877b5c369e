// Which gateway shards a bot process holds. Three forms: "auto" (all that Discord recommends), "first-last/total" (written out), and
// "part of parts" (this process's share of what Discord recommends, so that a fleet numbers its processes and nothing else).

import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientOptions } from 'discord.js';
import { EaselError, expected } from '../errors.ts';

export type Shards = 'auto' | { readonly ids: readonly number[]; readonly count: number };
export type ShardWish = Shards | { readonly part: number; readonly parts: number };

/** @throws EaselError `bad-config` where a shard or part lies beyond their number. */
export function readShards(text: string): ShardWish {
  const named = /^(\d+)(?:-(\d+))?\/(\d+)$/.exec(text);
  const shared = /^(\d+) of (\d+)$/.exec(text);
  const wrong = (what: string) => new EaselError('bad-config', expected(what, 'DISCORD_SHARDS', text));
  if (named) {
    const [first, last, count] = [Number(named[1]), Number(named[2] ?? named[1]), Number(named[3])];
    if (first > last || last >= count) throw wrong('shards below their total, counted from 0');
    return { ids: range(first, last), count };
  }
  if (shared) {
    const [part, parts] = [Number(shared[1]), Number(shared[2])];
    if (part >= parts) throw wrong('a part below the number of parts, counted from 0');
    return { part, parts };
  }
  if (text === 'auto') return 'auto';
  throw wrong('"auto", "first-last/total" or "part of parts"');
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The least total that is not below what Discord recommends and that the parts share evenly. */
export function evenTotal(recommended: number, parts: number): number {
  return Math.ceil(Math.max(1, recommended) / parts) * parts;
}

export function shareOf(part: number, parts: number, total: number): { ids: number[]; count: number } {
  const each = total / parts;
  return { ids: range(part * each, (part + 1) * each - 1), count: total };
}

/** Where all bot processes agree on who may log in to the gateway next. */
export interface IdentifySlots {
  /** @returns 0 when the slot is ours, else the milliseconds after which to ask again */
  claim(bucket: number): Promise<number>;
}

/** Discord lets `max_concurrency` shards of a bot log in within five seconds, whichever process they belong to. */
const slotMs = 5000;

type BuildThrottler = NonNullable<NonNullable<ClientOptions['ws']>['buildIdentifyThrottler']>;

/** https://docs.discord.com/developers/events/gateway#rate-limiting. Without Redis each process keeps to the limit for itself. */
export function identifyThrottler(slots: IdentifySlots): BuildThrottler {
  return async (manager) => {
    const { session_start_limit: limit } = await manager.fetchGatewayInformation();
    return {
      async waitForIdentify(shardId, signal) {
        for (;;) {
          const waitMs = await slots.claim(shardId % limit.max_concurrency).catch(() => null);
          if (waitMs === 0) return;
          await sleep(waitMs ?? slotMs, undefined, { signal });
          if (waitMs === null) return;
        }
      },
    };
  };
}
