// What kind of value stands under each family of keys, so that a key that holds something else (an operator's slip, another program, an
// attacker) can be named in the log instead of failing somewhere as "WRONGTYPE".

import { redisKeys } from './redis-keys.ts';

export type RedisType = 'string' | 'hash' | 'list' | 'set' | 'zset' | 'stream';
export type KeyFamily = Exclude<keyof typeof redisKeys, 'memoryPrefix' | 'jobPrefix' | 'childrenPrefix'>;

export const keyTypes: Readonly<Record<KeyFamily, RedisType>> = {
  job: 'hash',
  children: 'set',
  message: 'string',
  memberJobs: 'zset',
  guildJobs: 'zset',
  guildSettings: 'string',
  guilds: 'set',
  memberSettings: 'string',
  terms: 'string',
  pendingTerms: 'string',
  ban: 'string',
  bans: 'set',
  quota: 'string',
  audit: 'stream',
  totals: 'hash',
  shardTotal: 'string',
  registrations: 'hash',
  traceCounter: 'string',
  trace: 'hash',
  withheld: 'string',
  uploads: 'zset',
  favourites: 'zset',
  takedowns: 'hash',
  keptRequest: 'string',
  review: 'hash',
  reviewCards: 'hash',
  showings: 'set',
  departures: 'zset',
  presence: 'set',
  kept: 'zset',
  pace: 'hash',
  claim: 'string',
  charge: 'list',
  identifySlot: 'string',
  press: 'string',
  intents: 'hash',
  intentTimes: 'zset',
  queues: 'set',
  fair: 'hash',
  flows: 'zset',
  guildFlows: 'zset',
  open: 'zset',
  units: 'hash',
  memberOpen: 'set',
  running: 'zset',
  held: 'zset',
  batch: 'string',
  reviewAsks: 'string',
  refusals: 'hash',
  batchTaker: 'string',
  inspection: 'string',
  pausedGuilds: 'set',
  retention: 'string',
  pictureSweep: 'string',
  pausedJobs: 'set',
  cancel: 'string',
  progress: 'string',
  undelivered: 'zset',
  live: 'string',
  editing: 'string',
  ended: 'string',
  delivery: 'hash',
  workers: 'zset',
  workerFacts: 'hash',
  picture: 'string',
  pictureOrder: 'zset',
  pictureSizes: 'hash',
};

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const patterns = (Object.keys(keyTypes) as KeyFamily[]).map((family) => {
  // A family's keys differ in their ids alone: its function is asked with a mark in each place.
  const make: unknown = redisKeys[family];
  const key = typeof make === 'function' ? String(make('\0', '\0', '\0')) : String(make);
  return { family, pattern: new RegExp(`^${literal(key).replaceAll('\0', '.+')}$`) };
});

/** Null for keys of others, BullMQ's among them. */
export function familyOf(key: string): KeyFamily | null {
  return patterns.find(({ pattern }) => pattern.test(key))?.family ?? null;
}
