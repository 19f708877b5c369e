// One picture, three processes, one trace: a local collector hears what bot, worker and deliverer report over OTLP.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createLogger } from '../../src/observability/logger.ts';
import { inSpan } from '../../src/observability/spans.ts';
import { startTracing } from '../../src/observability/tracing.ts';
import { type ProofRig, startRig, waitFor } from '../../src/proofs/rig.ts';

interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface OtlpBody {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<CollectedSpan, 'service'>[] }[];
  }[];
}

let collector: Server | undefined;
let rig: ProofRig | undefined;
afterEach(async () => {
  await rig?.close();
  collector?.closeAllConnections();
  collector?.close();
});

async function startCollector() {
  const bodies: string[] = [];
  const headers: (string | undefined)[] = [];
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(body);
      headers.push(request.headers['x-tenant']?.toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const spans = (): CollectedSpan[] =>
    bodies
      .flatMap((body) => (JSON.parse(body) as OtlpBody).resourceSpans)
      .flatMap(({ resource, scopeSpans }) => {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '?';
        return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service })));
      });
  return { url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`, spans, bodies, headers };
}

it('one trace leads from the interaction over the job to the posted picture, across processes', async () => {
  const { url, spans, bodies, headers } = await startCollector();
  rig = await startRig({
    roles: { bot: 1, worker: 1, deliver: 1 },
    stepMs: 5,
    fsync: 'no',
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=easel%20one' },
  });
  const { twin } = rig;
  const ada = twin.actor('ada');
  await waitFor('the bot to register its commands', () => ada.commands('general').length > 0, 90_000);
  await ada
    .runCommand('general', '/imagine', { prompt: 'a walrus named zebedee', steps: 3, count: 1 })
    .answer((message) => message.attachments.length > 0, 60_000);
  await waitFor('the deliverer to report', () => spans().some(({ name }) => name === 'post'), 30_000);

  const all = spans();
  const post = all.find(({ name }) => name === 'post');
  const way: string[] = [];
  for (let span = post; span !== undefined; span = all.find(({ spanId }) => spanId === span?.parentSpanId)) {
    way.unshift(`${span.service}: ${span.name.replace(/generate-[0-9a-f]+/, 'generate')}`);
  }
  expect(way).toEqual([
    'easel-bot: interaction /imagine',
    'easel-bot: add generate.paint',
    'easel-worker: process generate',
    'easel-worker: add deliver.deliver',
    'easel-deliver: process deliver',
    'easel-deliver: post',
  ]);
  const trace = all.filter(({ traceId }) => traceId === post?.traceId);
  expect(trace.map(({ name }) => name)).toEqual(expect.arrayContaining(['first response', 'paint', 'store pictures']));
  // Nothing of the workers' endless loops, and nothing that the member wrote.
  expect(all.filter(({ name }) => /getNextJob|extendLocks|moveStalled/.test(name))).toEqual([]);
  expect(bodies.join('')).not.toMatch(/zebedee/);
  expect(bodies.join('')).not.toContain(twin.token);
  expect(new Set(headers)).toEqual(new Set(['easel one']));
});

it('a collector that is away is said once, and costs nobody a picture', async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', role: 'test', destination: { write: (line) => lines.push(line) } });
  // Port 9 discards: nobody listens there.
  const tracing = await startTracing({ endpoint: 'http://127.0.0.1:9', role: 'test', version: '0', logger });
  for (let batch = 0; batch < 3; batch += 1) {
    expect(await inSpan('work', {}, async () => 'done')).toBe('done');
    await new Promise((resolve) => setTimeout(resolve, 1100));
  }
  await waitFor('the warning', () => lines.length > 0, 20_000);
  const startedAt = Date.now();
  await tracing.close();
  expect(Date.now() - startedAt).toBeLessThan(4000);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('traces could not be sent');
}, 60_000);
