// Prometheus metrics by prom-client: one registry per process, every metric declared here with its unit in the name.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

export function createMetrics(role: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    queueLength: new Gauge({
      name: 'easel_queue_jobs',
      help: 'Jobs by queue and state',
      labelNames: ['queue', 'state'],
      registers,
    }),
    queueAge: new Gauge({
      name: 'easel_queue_oldest_seconds',
      help: 'Age of the oldest waiting job',
      labelNames: ['queue'],
      registers,
    }),
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
      help: 'REST requests by status',
      labelNames: ['method', 'status'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'easel_discord_rate_limited_total',
      help: 'Rate limits met',
      labelNames: ['scope'],
      registers,
    }),
    refusals: new Counter({
      name: 'easel_refusals_total',
      help: 'Requests refused by reason',
      labelNames: ['reason'],
      registers,
    }),
    errors: new Counter({ name: 'easel_errors_total', help: 'Failures by code', labelNames: ['code'], registers }),
    energy: new Counter({ name: 'easel_energy_watt_hours_total', help: 'Estimated energy of painting', registers }),
  };
}
