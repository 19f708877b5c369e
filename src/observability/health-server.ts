// /healthz (the process lives), /readyz (its dependencies answer) and /metrics on one port, for orchestrators and Prometheus.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** Each check resolves to null when fine, else to one plain sentence. */
export type ReadinessCheck = () => Promise<string | null>;

export type ReadinessChecks = Readonly<Record<string, ReadinessCheck>>;

export interface HealthServerOptions {
  port: number;
  host: string;
  registry: Registry;
  checks: ReadinessChecks | (() => ReadinessChecks);
  /** Further paths, for example the queue inspector. Returns whether it answered. */
  extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const checkTimeoutMs = 2000;

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

async function readiness(checks: ReadinessChecks): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const late = new Promise<string>((resolve) => setTimeout(resolve, checkTimeoutMs, 'no answer in time').unref());
      const problem = await Promise.race([check().catch(() => 'check failed'), late]);
      return [name, problem ?? 'ok'] as const;
    }),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

/** Starts listening. Port 0 takes any free one. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0];
    if (options.extra?.(request, response)) return;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405).end();
    } else if (path === '/healthz') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    } else if (path === '/readyz') {
      const result = await readiness(typeof options.checks === 'function' ? options.checks() : options.checks);
      response
        .writeHead(result.ready ? 200 : 503, { 'content-type': 'application/json' })
        .end(`${JSON.stringify(result)}\n`);
    } else if (path === '/metrics') {
      response.writeHead(200, { 'content-type': options.registry.contentType }).end(await options.registry.metrics());
    } else {
      response.writeHead(404).end();
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
