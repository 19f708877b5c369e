// Prometheus metrics by prom-client: one registry per process, every metric declared here with its unit in the name.
// Figures of the installation (queues, workers, Redis) are read when somebody asks, and are the same from every process: take their
// maximum over instances, not their sum. All others count what this process did.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export interface QueueFigure {
  readonly queue: string;
  /** What kind of work: one queue of class `generate` per model. */
  readonly class: 'generate' | 'deliver' | 'inspect';
  /** Jobs by BullMQ's own states. */
  readonly counts: Readonly<Record<string, number>>;
  /** Seconds the oldest waiting job has waited; 0 where none waits. */
  readonly oldestSeconds: number;
}

/** What is true of the whole installation; null while Redis does not answer. */
export interface Figures {
  readonly queues: readonly QueueFigure[];
  readonly workers: readonly { readonly state: string; readonly count: number }[];
  /** Pictures accepted and not yet posted. */
  readonly undelivered: number;
}

const freshMs = 1000;
const patienceMs = 2000;

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

export function createMetrics(role: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  let source: () => Promise<Figures | null> = async () => null;
  let known: { at: number; figures: Promise<Figures | null> } | null = null;

  /** Asked by several gauges at once, read once; late or failed counts as Redis being away. */
  function figures(): Promise<Figures | null> {
    if (known !== null && Date.now() - known.at < freshMs) return known.figures;
    const late = new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null).unref());
    known = { at: Date.now(), figures: Promise.race([source().catch(() => null), late]) };
    return known.figures;
  }

  const queueLength = new Gauge({
    name: 'easel_queue_jobs',
    help: 'Jobs by queue, class and state',
    labelNames: ['queue', 'class', 'state'],
    registers,
    async collect() {
      const queues = (await figures())?.queues ?? [];
      this.reset();
      for (const { queue, class: kind, counts } of queues) {
        for (const [state, count] of Object.entries(counts)) this.set({ queue, class: kind, state }, count);
      }
    },
  });
  const queueAge = new Gauge({
    name: 'easel_queue_oldest_seconds',
    help: 'Age of the oldest waiting job by queue and class',
    labelNames: ['queue', 'class'],
    registers,
    async collect() {
      const queues = (await figures())?.queues ?? [];
      this.reset();
      for (const { queue, class: kind, oldestSeconds } of queues) this.set({ queue, class: kind }, oldestSeconds);
    },
  });
  const workers = new Gauge({
    name: 'easel_workers',
    help: 'Workers that were heard of lately, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      const found = (await figures())?.workers ?? [];
      this.reset();
      for (const { state, count } of found) this.set({ state }, count);
    },
  });
  const undelivered = new Gauge({
    name: 'easel_undelivered_jobs',
    help: 'Jobs accepted and not yet posted',
    registers,
    async collect() {
      const read = await figures();
      if (read) this.set(read.undelivered);
      else this.remove();
    },
  });
  const redisUp = new Gauge({
    name: 'easel_redis_up',
    help: 'Whether Redis answered when this was asked',
    registers,
    async collect() {
      this.set((await figures()) === null ? 0 : 1);
    },
  });
  return {
    registry,
    /** Where figures of the installation come from. */
    watch(read: () => Promise<Figures | null>) {
      source = read;
    },
    queueLength,
    queueAge,
    workers,
    undelivered,
    redisUp,
    step: new Histogram({
      name: 'easel_step_seconds',
      help: 'Time of one sampling step',
      labelNames: ['model'],
      buckets: seconds,
      registers,
    }),
    firstProgress: new Histogram({
      name: 'easel_first_progress_seconds',
      help: 'From interaction to the first step',
      buckets: seconds,
      registers,
    }),
    picture: new Histogram({
      name: 'easel_picture_seconds',
      help: 'From interaction to the posted picture',
      labelNames: ['kind'],
      buckets: seconds,
      registers,
    }),
    acknowledgement: new Histogram({
      name: 'easel_acknowledgement_seconds',
      help: 'From receiving an interaction to its first response',
      labelNames: ['name'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
      registers,
    }),
    jobs: new Counter({ name: 'easel_jobs_total', help: 'Jobs by outcome', labelNames: ['outcome'], registers }),
    pictures: new Counter({
      name: 'easel_pictures_total',
      help: 'Pictures by verdict',
      labelNames: ['outcome', 'reason'],
      registers,
    }),
    discordRequests: new Counter({
      name: 'easel_discord_requests_total',
      help: 'Requests to Discord by method and status',
      labelNames: ['method', 'status'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'easel_discord_rate_limited_total',
      help: 'Answers 429 by scope: user, global or shared',
      labelNames: ['scope'],
      registers,
    }),
    refusals: new Counter({
      name: 'easel_refusals_total',
      help: 'Requests refused by reason',
      labelNames: ['reason'],
      registers,
    }),
    quarantines: new Counter({
      name: 'easel_quarantines_total',
      help: 'Workers that took themselves out, by the code of their last failure',
      labelNames: ['code'],
      registers,
    }),
    errors: new Counter({ name: 'easel_errors_total', help: 'Failures by code', labelNames: ['code'], registers }),
    energy: new Counter({
      name: 'easel_energy_joules_total',
      help: 'Energy of painting, from EASEL_POWER_WATTS and the time it took',
      registers,
    }),
  };
}
