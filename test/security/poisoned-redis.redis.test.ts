// An attacker, an operator or an older version wrote into Redis what does not belong there. (How each store reads: test/store.)

import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import { type Harness, startHarness } from '../e2e/harness.ts';
import { until } from '../support/jobs.ts';

let easel: Harness;
let redis: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  easel = await startHarness({ logs: { write: () => undefined } });
  redis = await connect(easel.redis.url, { patience: 'worker', name: 'test' });
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

test('an unfinished interaction that cannot be read is dropped, and does not stand in the way of others', async () => {
  const intents = { '111': 'no json', '112': '{"id":"112"}', '113': '{"id":"999","type":2}', '114': '[]' };
  await redis.hset(redisKeys.intents, intents);
  for (const id of Object.keys(intents)) await redis.zadd(redisKeys.intentTimes, 1, id);
  await easel.startBot();
  await until(async () => (await redis.hlen(redisKeys.intents)) === 0);
  expect(await redis.zcard(redisKeys.intentTimes)).toBe(0);
});
