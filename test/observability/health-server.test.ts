import { afterEach, describe, expect, it } from 'vitest';
import { type HealthServer, startHealthServer } from '../../src/observability/health-server.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function start(checks: Record<string, () => Promise<string | null>>) {
  const metrics = createMetrics('test');
  server = await startHealthServer({ port: 0, host: '127.0.0.1', registry: metrics.registry, checks });
  return { metrics, get: (path: string) => fetch(`http://127.0.0.1:${server!.port}${path}`) };
}

describe('the health server', () => {
  it('is alive even when a dependency is not, and then not ready', async () => {
    const { get } = await start({ redis: async () => 'Redis does not answer', model: async () => null });
    expect((await get('/healthz')).status).toBe(200);
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, checks: { redis: 'Redis does not answer', model: 'ok' } });
  });

  it('is ready when every check passes', async () => {
    const { get } = await start({ redis: async () => null });
    expect((await get('/readyz')).status).toBe(200);
  });

  it('counts a check that throws as not ready without showing the exception', async () => {
    const { get } = await start({ redis: () => Promise.reject(new Error('password=hunter2')) });
    const body = await (await get('/readyz')).text();
    expect(body).toContain('check failed');
    expect(body).not.toContain('hunter2');
  });

  it('shows metrics in the Prometheus text format', async () => {
    const { get, metrics } = await start({});
    metrics.jobs.inc({ outcome: 'done' }, 3);
    expect(await (await get('/metrics')).text()).toMatch(/easel_jobs_total\{.*outcome="done".*\} 3/);
  });
});
