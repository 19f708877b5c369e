// Recipe of the snapshots in this folder: npx tsx test/golden/upgrade/record.ts test/golden/upgrade/<date>.json
// Run it with the code of the day before a schema changes; never record an old date anew with newer code.

import { writeFileSync } from 'node:fs';
import { openSimulatedEngine } from '../../../src/inference/simulated.ts';
import type { GenerateJob } from '../../../src/jobs/generate-job.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { SEED_IDS } from '../../../src/playground/state/seed.ts';
import { connect } from '../../../src/queue/connect.ts';
import { createJobQueue } from '../../../src/queue/job-queue.ts';
import { bullId, openQueues } from '../../../src/queue/queues.ts';
import { createAuditTrail } from '../../../src/store/audit.ts';
import { createBans } from '../../../src/store/bans.ts';
import { createFavourites } from '../../../src/store/favourites.ts';
import { createGuildSettings } from '../../../src/store/guild-settings.ts';
import { createJobStore } from '../../../src/store/jobs.ts';
import { createMemberSettings } from '../../../src/store/member-settings.ts';
import { createTakedowns } from '../../../src/store/takedowns.ts';
import { startGenerateWorker } from '../../../workers/generate.ts';
import { simulatedHash, testJob, until } from '../../support/jobs.ts';
import { startTestRedis } from '../../support/redis.ts';
import { takeSnapshot } from '../../support/redis-snapshot.ts';

const guildId = SEED_IDS.guild;
const server = await startTestRedis();
const redis = await connect(server.url, { patience: 'worker', name: 'record' });
const queues = openQueues(redis);
const queue = createJobQueue({ queues, workers: async () => 1, retentionDays: 3650 });
const store = createJobStore(redis);

function job(jobId: string, change: Partial<GenerateJob> = {}): GenerateJob {
  const reply = {
    applicationId: SEED_IDS.bot,
    channelId: SEED_IDS.channels.general,
    guildId,

  };
  return { ...testJob({ userId: SEED_IDS.users.ada, reply }), jobId, ...change };
}

const worker = await startGenerateWorker({
  redisUrl: server.url,
  engines: [openSimulatedEngine({ stepMs: 1 })],
  secretKey: 'a secret of sixteen or more',
  imageStore: { maxBytes: 64 * 2 ** 20 },
  maxRunningPerMember: 2,
  logger: createLogger({ level: 'warn', role: 'record' }),
  workerId: 'recorded',
});
for (const jobId of ['de11vered000', 'pend1ng00000']) await queue.enqueue(job(jobId));
await until(async () => (await queues.deliver.getJobCounts('waiting')).waiting === 2);
await worker.close();
await queues.deliver.remove(bullId('de11vered000'));
await store.setMessage('de11vered000', { channelId: SEED_IDS.channels.general, messageId: '555555555555555555' });
await store.markDelivered('de11vered000');
const pictures = (await store.get('pend1ng00000'))?.result?.pictures ?? [];

await queue.enqueue(job('wa1t1ngp1a1n'));
await queue.enqueue(
  job('wa1t1ngfv110', {
    kind: 'variation',
    parent: { jobId: 'de11vered000', tile: 0 },
    showReasons: false,
    preview: 'blurred',
    request: {
      ...job('wa1t1ngfv110').request,
      clipSkip: 2,
      seamless: true,
      init: { imageKey: pictures[0]?.imageKey ?? '', strength: 0.6 },
    },
  }),
);
await queue.enqueue(job('cance11ed000'));
await queue.cancel('cance11ed000', SEED_IDS.users.mona);

await createGuildSettings(redis).update(guildId, {
  safety: 'strict',
  onFlag: 'blur',
  maxSteps: 40,
  roleWeights: [{ roleId: '400000000000000001', weight: 2 }],
  refusedPhrases: ['our mascot'],
});
await createMemberSettings(redis).set(SEED_IDS.users.ada, { version: 1, steps: 30, sampler: 'euler', private: true });
await createBans(redis).set({
  userId: SEED_IDS.users.ben,
  guildId,
  reason: 'spam',
  byUserId: SEED_IDS.users.mona,
  at: 1,
  until: null,
});
await createAuditTrail(redis).append(guildId, { action: 'member banned', actorId: SEED_IDS.users.mona });
await createFavourites(redis).toggle(SEED_IDS.users.ada, { jobId: 'de11vered000', tile: 0 });
await createTakedowns(redis).add({
  id: 't1',
  perceptualHash: '0123456789abcdef',
  embedding: [0.5, -0.5],
  guildId,
  byUserId: SEED_IDS.users.mona,
  reason: null,
  at: 1,
});

const entries = await takeSnapshot(redis);
writeFileSync(process.argv[2] ?? 'snapshot.json', `${JSON.stringify({ modelHash: simulatedHash, entries }, null, 1)}\n`);
await queue.close();
await queues.close();
redis.disconnect();
await server.stop();
