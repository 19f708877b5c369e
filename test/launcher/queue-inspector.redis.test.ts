import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueueInspector } from '../../src/launcher/queue-inspector.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobQueue } from '../../src/queue/job-queue.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { testJob } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let queues: Queues;
let server: Server;
let base: string;
const job = testJob();
const bullJob = `job-${job.jobId}`;
const authorization = `Basic ${Buffer.from('operator:long enough: yes').toString('base64')}`;

beforeAll(async () => {
  redis = await startTestRedis();
  const connection = await connect(redis.url, { patience: 'producer', name: 'test' });
  queues = openQueues(connection);
  const queue = createJobQueue({ queues, workers: async () => 1, retentionDays: 1 });
  await queue.enqueue(job);
  await queue.close();
  const inspector = createQueueInspector({ queues, password: 'long enough: yes', showPrompts: false });
  server = createServer((request, response) => {
    if (!inspector(request, response)) response.writeHead(418).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await queues?.close();
  queues?.redis.disconnect();
  await redis?.stop();
});

const get = (path: string, headers: Record<string, string> = { authorization }) =>
  fetch(base + path, { headers, redirect: 'manual' });

describe('the queue inspector', () => {
  it('lets nobody in without the password, and is slow about wrong ones', async () => {
    const startedAt = Date.now();
    const wrong = { authorization: `Basic ${Buffer.from('operator:wrong').toString('base64')}` };
    const answers = await Promise.all([get('/queues/', {}), get('/queues/', wrong), get('/queues/api/queues', wrong)]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers[0]?.headers.get('www-authenticate')).toContain('Basic');
    expect(Date.now() - startedAt).toBeGreaterThan(1200);
  });

  it('leaves every other path alone', async () => {
    expect((await get('/queuesx')).status).toBe(418);
  });

  it('shows its page with everything from this host', async () => {
    expect((await get('/queues')).headers.get('location')).toBe('/queues/');
    const page = await (await get('/queues/')).text();
    expect(page).toContain('<base href="/queues/"');
    expect(page).not.toMatch(/<%|(?:href|src)="https?:/);
    const files = [...page.matchAll(/(?:href|src)="(static\/[^"]+)"/g)].map((match) => match[1]);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect((await get(`/queues/${file}`)).status, file).toBe(200);
    expect((await get('/queues/static/..%2f..%2fpackage.json')).status).toBe(404);
  });

  it('lists all queues with their counts, those of models included', async () => {
    const answer = (await (await get('/queues/api/queues')).json()) as {
      queues: { name: string; counts: Record<string, number>; readOnlyMode: boolean }[];
    };
    expect(answer.queues.map(({ name }) => name.replace(/-.*/, '')).sort()).toEqual(['deliver', 'generate', 'inspect']);
    const generate = answer.queues.find(({ name }) => name.startsWith('generate'));
    expect(answer.queues.map((one) => Object.values(one).includes('(hidden)'))).toEqual([false, false, false]);
    expect(generate).toMatchObject({ counts: { prioritized: 1 }, readOnlyMode: true });
  });

  it('shows a job without its prompt, its member and its token', async () => {
    const name = `generate-${job.request.modelHash.slice(0, 16)}`;
    const text = await (await get(`/queues/api/queues/${name}/${bullJob}`)).text();
    expect(text).toContain(job.jobId);
    expect(text).toContain('"steps":3');
    expect(text).not.toMatch(/lighthouse|Ada|token-/);
  });

  it('changes nothing, whatever is asked', async () => {
    const name = `generate-${job.request.modelHash.slice(0, 16)}`;
    for (const [method, path] of [
      ['PUT', `/queues/api/queues/${name}/pause`],
      ['PUT', `/queues/api/queues/${name}/${bullJob}/clean`],
      ['POST', `/queues/api/queues/${name}/add`],
    ] as const) {
      expect((await fetch(base + path, { method, headers: { authorization } })).status).toBe(405);
    }
    expect(await queues.generate(name).getJobCounts('prioritized')).toEqual({ prioritized: 1 });
  });
});
