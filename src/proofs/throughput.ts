// Proof: throughput with 1, 2 and 4 workers, each a process that simulates a GPU's step times (EASEL_PROVIDER=simulated, named as such:
// nothing is painted), and what Redis itself spends on a job. Ratios of whole runs, and CPU time of Redis rather than wall time, so that a
// busy machine changes little.

import { openSimulatedEngine } from '../inference/simulated.ts';
import type { GenerateJob } from '../jobs/generate-job.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { connect } from '../queue/connect.ts';
import { createJobQueue } from '../queue/job-queue.ts';
import { openQueues } from '../queue/queues.ts';
import { createAnnouncements } from '../store/announcements.ts';
import { createJobStore } from '../store/jobs.ts';
import { redisCommandMicros, redisCpuSeconds } from './redis-cpu.ts';
import { startRig, waitFor } from './rig.ts';
import { simulatedJob } from './simulated-job.ts';

export interface ThroughputOptions {
  /** Numbers of workers, the first of them the measure of the others. Default 1, 2, 4. */
  readonly workers?: readonly number[];
  /** Default 12. */
  readonly jobsPerWorker?: number;
  /** Default 20 steps of 100 ms: two seconds a job, as a good GPU takes. */
  readonly steps?: number;
  readonly stepMs?: number;
  /** Jobs of the run without step times that measures Redis. Default 600. */
  readonly ceilingJobs?: number;
  readonly say?: (line: string) => void;
}

export interface ThroughputRun {
  readonly workers: number;
  readonly jobs: number;
  /** From the start of the first job to the end of the last. */
  readonly seconds: number;
  readonly jobsPerSecond: number;
  /** Jobs per second over workers times those of the first run; 1 is linear. */
  readonly ofLinear: number;
  /** Jobs per second over what the step times alone allow. */
  readonly ofIdeal: number;
}

export interface ThroughputReport {
  readonly runs: readonly ThroughputRun[];
  readonly redis: {
    readonly jobs: number;
    /** With step times of zero; bound by this machine's cores and its disk (append-only file, fsync at every write). */
    readonly jobsPerSecond: number;
    /** Processor time of Redis per job, from enqueueing to the delivery queue. */
    readonly cpuMsPerJob: number;
    /** What one core of Redis carries at that. */
    readonly ceilingJobsPerSecond: number;
    /** The commands that take most of it, in microseconds per job; what a script calls is counted within the script as well. */
    readonly microsPerJobByCommand: Readonly<Record<string, number>>;
  };
}

interface Measured {
  readonly seconds: number;
  readonly redisCpuSeconds: number;
  readonly micros: ReadonlyMap<string, number>;
}

async function run(workers: number, jobs: number, steps: number, stepMs: number): Promise<Measured> {
  const rig = await startRig({ roles: { bot: 0, worker: workers, deliver: 0 }, stepMs });
  const redis = await connect(rig.redis.url, { patience: 'producer', name: 'proof' });
  const queues = openQueues(redis);
  const { hash } = openSimulatedEngine({ stepMs }).model;
  const announcements = createAnnouncements(redis);
  const queue = createJobQueue({ queues, workers: () => announcements.countFor(hash), retentionDays: 1 });
  const store = createJobStore(redis);
  try {
    await waitFor('all workers', async () => (await announcements.countFor(hash)) === workers, 180_000);
    const [before, microsBefore] = [await redisCpuSeconds(redis), await redisCommandMicros(redis)];
    // A member each, so that fair order and the bound on running jobs per member hold nobody back.
    const all: GenerateJob[] = Array.from({ length: jobs }, (_, index) =>
      simulatedJob({ index, steps, modelHash: hash, userId: String(1000 + index) }),
    );
    await Promise.all(all.map((job) => queue.enqueue(job)));
    const deadlineMs = 60_000 + (4 * jobs * (steps + 1) * stepMs) / workers;
    await waitFor('all jobs', async () => (await queues.deliver.getJobCounts('waiting')).waiting === jobs, deadlineMs);
    const [after, microsAfter] = [await redisCpuSeconds(redis), await redisCommandMicros(redis)];
    const micros = new Map([...microsAfter].map(([name, spent]) => [name, spent - (microsBefore.get(name) ?? 0)]));
    const times = await Promise.all(
      all.map(async ({ jobId }) => {
        const record = await store.get(jobId);
        if (record?.state !== 'done') throw new Error(`Expected job ${jobId} to be done but it is ${record?.state}`);
        return { startedAt: record.startedAt ?? 0, endedAt: Number(await redis.hget(redisKeys.job(jobId), 'endedAt')) };
      }),
    );
    const first = Math.min(...times.map(({ startedAt }) => startedAt));
    const last = Math.max(...times.map(({ endedAt }) => endedAt));
    return { seconds: (last - first) / 1000, redisCpuSeconds: after - before, micros };
  } finally {
    await queue.close();
    await queues.close();
    redis.disconnect();
    await rig.close();
  }
}

export async function proveThroughput(options: ThroughputOptions = {}): Promise<ThroughputReport> {
  const { workers = [1, 2, 4], jobsPerWorker = 12, steps = 20, stepMs = 100, ceilingJobs = 600 } = options;
  const say = options.say ?? (() => undefined);
  const idealSeconds = ((steps + 1) * stepMs) / 1000; // the simulated engine takes one step's time to finish
  const runs: ThroughputRun[] = [];
  for (const count of workers) {
    const jobs = count * jobsPerWorker;
    const { seconds } = await run(count, jobs, steps, stepMs);
    const jobsPerSecond = jobs / seconds;
    const [first] = runs;
    const perWorker = first ? first.jobsPerSecond / first.workers : jobsPerSecond / count;
    runs.push({
      workers: count,
      jobs,
      seconds,
      jobsPerSecond,
      ofLinear: jobsPerSecond / (count * perWorker),
      ofIdeal: (jobsPerSecond * idealSeconds) / count,
    });
    say(`${count} workers: ${jobs} jobs in ${seconds.toFixed(2)} s`);
  }
  const { seconds, redisCpuSeconds: cpu, micros } = await run(2, ceilingJobs, 1, 0);
  const dearest = [...micros].sort(([, a], [, b]) => b - a).slice(0, 8);
  const cpuMsPerJob = (cpu * 1000) / ceilingJobs;
  const redis = {
    jobs: ceilingJobs,
    jobsPerSecond: ceilingJobs / seconds,
    cpuMsPerJob,
    ceilingJobsPerSecond: 1000 / cpuMsPerJob,
    microsPerJobByCommand: Object.fromEntries(dearest.map(([name, spent]) => [name, Math.round(spent / ceilingJobs)])),
  };
  say(`Redis: ${cpuMsPerJob.toFixed(3)} ms of processor time per job`);
  return { runs, redis };
}
