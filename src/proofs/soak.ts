// Proof: hours of use in accelerated time (steps take 2 ms instead of a GPU's), every role in a process of its own. Memory must stay flat, no
// timer or socket may be left behind, and Redis may keep nothing of finished work but what it is meant to remember.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import { connect } from '../queue/connect.ts';
import { countPostings, createLoad, type Unanswered } from './load.ts';
import { createRandom } from './random.ts';
import { redisCpuSeconds } from './redis-cpu.ts';
import { type ProofRig, type Role, startRig, waitFor } from './rig.ts';

export interface SoakOptions {
  /** Pictures to post. Default 2880: eight hours of a server that paints one every ten seconds. */
  readonly jobs?: number;
  readonly pressEveryMs?: number;
  readonly seed?: number;
  readonly say?: (line: string) => void;
}

export interface Trend {
  /** Smallest heap of each tenth of the run, in megabytes: what is left after a collection. */
  readonly heapFloorMb: readonly number[];
  /** Straight line through those of the second half, per thousand pictures. */
  readonly heapMbPer1000: number;
  readonly residentMb: { readonly middle: number; readonly end: number };
  /** Processor time of this process per picture. */
  readonly cpuMsPerPicture: number;
  /** Open timers and sockets after the work is done, the largest number while nothing happened before it, and after. */
  readonly resources: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
}

export interface SoakReport {
  readonly pictures: number;
  readonly lost: number;
  readonly doubled: number;
  readonly unanswered: readonly Unanswered[];
  readonly seconds: number;
  readonly processes: Readonly<Record<Role, Trend>>;
  readonly redis: {
    /** Sizes of what must be empty when nothing is under way. */
    readonly unfinished: Readonly<Record<string, number>>;
    /** Keys that never expire, by family, in the middle and at the end. */
    readonly keysWithoutExpiry: Readonly<Record<string, { readonly middle: number; readonly end: number }>>;
    /** Families among them that grow with the work done. */
    readonly growing: readonly string[];
    readonly cpuMsPerPicture: number;
    readonly bytesPerPicture: number;
  };
}

const roles: readonly Role[] = ['bot', 'worker', 'deliver'];
/** Kept on purpose: BullMQ's last thousand of each queue, and pictures up to EASEL_IMAGE_STORE_MEGABYTES. */
const bounded = /^(\{easel\}:(generate-\*|deliver|inspect):job-\*|easel-pictures:)/;
const watched = ['Timeout', 'TCPSocketWrap', 'TCPServerWrap', 'Immediate'];

interface Sample {
  readonly pictures: number;
  readonly heapMb: number;
  readonly residentMb: number;
  readonly cpuSeconds: number;
}

function readMetric(text: string, name: string, labels = ''): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(labels));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const resourcesOf = (text: string) =>
  Object.fromEntries(watched.map((type) => [type, readMetric(text, 'nodejs_active_resources', `type="${type}"`)]));

/** Slope of the straight line that fits best. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

/** A key without what tells one job, member or picture from another. */
export function familyOf(key: string): string {
  return key
    .replace(/generate-[0-9a-f]{16}/g, 'generate-*')
    .replace(/job-[0-9a-hjkmnp-tv-z]{12}/g, 'job-*')
    .replace(/(?<=^|[:/])[0-9a-hjkmnp-tv-z]{12}(?=[:/]|$)/g, '*')
    .replace(/\d{5,}/g, '*')
    .replace(/[0-9a-f]{16,}/g, '*')
    .replace(/^easel-pictures:.*/, 'easel-pictures:*');
}

async function keysWithoutExpiry(redis: Redis): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1000);
    cursor = next;
    const lives = await Promise.all(keys.map((key) => redis.ttl(key)));
    for (const [index, key] of keys.entries()) {
      if (lives[index] === -1) counts.set(familyOf(key), (counts.get(familyOf(key)) ?? 0) + 1);
    }
  } while (cursor !== '0');
  return counts;
}

/** What must be empty once nothing is under way. */
async function unfinished(redis: Redis): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {
    undelivered: await redis.zcard(redisKeys.undelivered),
    intents: await redis.hlen(redisKeys.intents),
    'intent times': await redis.zcard(redisKeys.intentTimes),
  };
  for (const queue of await redis.smembers(redisKeys.queues)) {
    sizes['open jobs'] = (sizes['open jobs'] ?? 0) + (await redis.zcard(redisKeys.open(queue)));
    sizes['shapes of open jobs'] = (sizes['shapes of open jobs'] ?? 0) + (await redis.hlen(redisKeys.units(queue)));
  }
  for (const family of [
    redisKeys.memberOpen('*'),
    redisKeys.running('*'),
    redisKeys.progress('*'),
    redisKeys.charge('*'),
  ]) {
    const keys = await redis.keys(family);
    sizes[family] = keys.length;
  }
  return sizes;
}

function trendOf(samples: readonly Sample[], before: Record<string, number>, after: Record<string, number>): Trend {
  const last = samples.at(-1)?.pictures ?? 0;
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    samples.filter(({ pictures }) => Math.min(9, Math.floor((pictures * 10) / Math.max(1, last))) === tenth),
  );
  const floors = tenths.map((some) => Math.min(...some.map(({ heapMb }) => heapMb)));
  const points = floors.flatMap((floor, tenth) =>
    tenth >= 5 && Number.isFinite(floor) ? [[((tenth + 0.5) * last) / 10, floor] as const] : [],
  );
  const [first, end] = [samples[0], samples.at(-1)];
  const resident = (tenth: number) => Math.max(...(tenths[tenth] ?? []).map(({ residentMb }) => residentMb));
  return {
    heapFloorMb: floors.map((floor) => Math.round(floor * 10) / 10),
    heapMbPer1000: slope(points) * 1000,
    residentMb: { middle: resident(5), end: resident(9) },
    cpuMsPerPicture:
      first && end ? ((end.cpuSeconds - first.cpuSeconds) * 1000) / Math.max(1, end.pictures - first.pictures) : 0,
    resources: Object.fromEntries(
      watched.map((type) => [type, { before: before[type] ?? 0, after: after[type] ?? 0 }]),
    ),
  };
}

/** What each role has open while nothing happens: the largest of some looks, since timers come and go. */
async function lookAtRest(rig: ProofRig): Promise<Record<Role, Record<string, number>>> {
  const most: Record<Role, Record<string, number>> = { bot: {}, worker: {}, deliver: {} };
  for (let look = 0; look < 5; look += 1) {
    for (const { role, metrics } of rig.processes) {
      for (const [type, count] of Object.entries(resourcesOf(await metrics()))) {
        most[role][type] = Math.max(most[role][type] ?? 0, count);
      }
    }
    await sleep(500);
  }
  return most;
}

export async function proveSoak(options: SoakOptions = {}): Promise<SoakReport> {
  const { jobs = 2880, pressEveryMs = 150, say = () => undefined } = options;
  const startedAt = Date.now();
  const rig = await startRig({
    roles: { bot: 1, worker: 1, deliver: 1 },
    stepMs: 2,
    withHealth: true,
    fsync: 'everysec',
    twin: { rateLimits: false },
    environment: {
      EASEL_MAX_WAITING_PER_MEMBER: '10000',
      EASEL_MAX_RUNNING_PER_MEMBER: '100',
      EASEL_MAX_QUEUE: '10000',
    },
  });
  const redis = await connect(rig.redis.url, { patience: 'worker', name: 'proof' });
  const samples: Record<Role, Sample[]> = { bot: [], worker: [], deliver: [] };
  const load = createLoad(rig.twin, createRandom(options.seed ?? 1), 10);
  let isOver = false;
  const posted = () => countPostings(rig.twin).size;
  async function sample(): Promise<void> {
    const pictures = posted();
    for (const { role, metrics } of rig.processes) {
      const text = await metrics();
      samples[role].push({
        pictures,
        heapMb: readMetric(text, 'nodejs_heap_size_used_bytes') / 2 ** 20,
        residentMb: readMetric(text, 'process_resident_memory_bytes') / 2 ** 20,
        cpuSeconds: readMetric(text, 'process_cpu_seconds_total'),
      });
    }
  }
  const settled = async () => {
    await waitFor(
      'every picture',
      () => {
        const counts = countPostings(rig.twin);
        return [...load.acknowledged.keys()].every((jobId) => counts.has(jobId));
      },
      180_000,
    );
    await sleep(3000);
  };
  try {
    await waitFor('every process to be ready', rig.isReady, 180_000);
    // Warm: code is compiled, connections are open.
    const warm = Math.min(50, Math.ceil(jobs / 10));
    await load.press(pressEveryMs, () => load.acknowledged.size >= warm);
    await settled();
    const before = await lookAtRest(rig);
    const [cpuBefore, memoryBefore, picturesBefore] = [await redisCpuSeconds(redis), await usedMemory(redis), posted()];
    say('warm; pressing');
    let middle: Map<string, number> | null = null;
    const sampling = (async () => {
      while (!isOver) {
        await sample();
        const done = load.acknowledged.size;
        if (middle === null && done >= jobs / 2) {
          middle = await keysWithoutExpiry(redis);
          say(`${done} acknowledged, ${load.unanswered.length} unanswered`);
        }
        await sleep(1000);
      }
    })();
    await load.press(pressEveryMs, () => load.acknowledged.size >= jobs);
    await settled();
    isOver = true;
    await sampling;
    const end = await keysWithoutExpiry(redis);
    const start = middle ?? new Map<string, number>();
    const families = [...new Set([...start.keys(), ...end.keys()])].sort();
    const keys = Object.fromEntries(
      families.map((family) => [family, { middle: start.get(family) ?? 0, end: end.get(family) ?? 0 }]),
    );
    const counts = countPostings(rig.twin);
    const pictures = counts.size - picturesBefore;
    const [cpu, memory] = [await redisCpuSeconds(redis), await usedMemory(redis)];
    const left = await unfinished(redis);
    // Keep-alive connections end after a minute at most.
    const after = await lookAtRest(rig);
    return {
      pictures: counts.size,
      lost: [...load.acknowledged.keys()].filter((jobId) => !counts.has(jobId)).length,
      doubled: [...counts.values()].filter((count) => count > 1).length,
      unanswered: load.unanswered,
      seconds: (Date.now() - startedAt) / 1000,
      processes: {
        bot: trendOf(samples.bot, before.bot, after.bot),
        worker: trendOf(samples.worker, before.worker, after.worker),
        deliver: trendOf(samples.deliver, before.deliver, after.deliver),
      },
      redis: {
        unfinished: left,
        keysWithoutExpiry: keys,
        growing: families.filter((family) => {
          const { middle: was, end: is } = keys[family] ?? { middle: 0, end: 0 };
          return !bounded.test(family) && is - was > Math.max(5, jobs / 50);
        }),
        cpuMsPerPicture: ((cpu - cpuBefore) * 1000) / pictures,
        bytesPerPicture: (memory - memoryBefore) / pictures,
      },
    };
  } finally {
    isOver = true;
    redis.disconnect();
    await rig.close();
  }
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
}

/** Whether a report shows what the proof is about. @returns the sentences that say what is wrong */
export function faultsOf(report: SoakReport): string[] {
  const faults: string[] = [];
  if (report.lost > 0) faults.push(`${report.lost} pictures were lost`);
  if (report.doubled > 0) faults.push(`${report.doubled} pictures were posted twice`);
  for (const role of roles) {
    const { heapMbPer1000, resources } = report.processes[role];
    if (heapMbPer1000 > 2)
      faults.push(`the ${role}'s heap grows by ${heapMbPer1000.toFixed(1)} MB per thousand pictures`);
    for (const [type, { before, after }] of Object.entries(resources)) {
      if (after > before + 5)
        faults.push(`the ${role} has ${after} ${type} open after the work and had ${before} before`);
    }
  }
  for (const [what, size] of Object.entries(report.redis.unfinished))
    if (size > 0) faults.push(`${what}: ${size} left`);
  for (const family of report.redis.growing) faults.push(`keys ${family} grow and never expire`);
  return faults;
}
