// OpenTelemetry traces over OTLP/HTTP, off unless an endpoint is configured; the SDK is loaded only then. OpenTelemetry's API is global to
// the process by design, so this is started once, by a composition root, before anything that makes spans.

import { withoutSecrets } from './describe-error.ts';
import type { Logger } from './logger.ts';

export interface TracingOptions {
  /** The collector's base address, for example http://localhost:4318; `/v1/traces` is appended as the OTLP specification says. */
  readonly endpoint: string;
  /** "name=value,name=value", as in OTEL_EXPORTER_OTLP_HEADERS. */
  readonly headers?: string;
  readonly role: string;
  readonly version: string;
  readonly logger: Logger;
}

export interface Tracing {
  /** Sends what is left, for three seconds at most. */
  close(): Promise<void>;
}

const lastWordMs = 3000;
const quietMs = 60_000;
let isOn = false;

export const tracingIsOn = (): boolean => isOn;

function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : [];
  });
  return Object.fromEntries(pairs);
}

export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const [api, { BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, hooks, core, resources] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/resources'),
    ]);
  let toldAt = 0;
  /** A collector that is away is no news every second. */
  const tell = (sentence: string) => {
    if (Date.now() - toldAt < quietMs) return;
    toldAt = Date.now();
    options.logger.warn({ detail: withoutSecrets(sentence) }, 'traces could not be sent');
  };
  const quiet = () => undefined;
  api.diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, api.DiagLogLevel.WARN);
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: parseHeaders(options.headers ?? ''),
    timeoutMillis: lastWordMs,
  });
  const provider = new BasicTracerProvider({
    resource: resources.resourceFromAttributes({
      'service.namespace': 'easel',
      'service.name': `easel-${options.role}`,
      'service.version': options.version,
      'process.pid': process.pid,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 1000 })],
  });
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  api.propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  api.trace.setGlobalTracerProvider(provider);
  isOn = true;
  return {
    async close() {
      isOn = false;
      const late = new Promise<void>((resolve) => setTimeout(resolve, lastWordMs).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}
