import type { Config } from '../config/schema.ts';
import type { Logger } from '../observability/logger.ts';
import { startTracing, type Tracing } from '../observability/tracing.ts';
import { softwareVersion } from './engine-options.ts';

/** Null where no collector is configured. To be called before queues and workers are opened. */
export async function openTracing(config: Config, role: string, logger: Logger): Promise<Tracing | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = config;
  if (endpoint === undefined) return null;
  return startTracing({ endpoint, role, version: softwareVersion(), logger, ...(headers ? { headers } : {}) });
}
