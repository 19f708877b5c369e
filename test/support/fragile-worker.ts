// A generate worker in a process of its own, to be killed: `fragile-worker.ts <redis url> <step ms>`. It counts as dead after a second.

import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startGenerateWorker } from '../../workers/generate.ts';

const [redisUrl = '', stepMs = '100'] = process.argv.slice(2);
await startGenerateWorker({
  redisUrl,
  engines: [openSimulatedEngine({ stepMs: Number(stepMs) })],
  secretKey: 'only for this test',
  imageStore: { maxBytes: 2 ** 24 },
  maxRunningPerMember: 2,
  logger: createLogger({ level: 'error', role: 'worker' }),
  workerId: `fragile-${process.pid}`,
  lockMs: 1000,
});
