// BullMQ's telemetry port on OpenTelemetry's API: a job carries the trace of whoever added it, so that one trace spans bot, worker and
// deliverer. Written here rather than taken from bullmq-otel 2.0.1 for two reasons: that one has no root(), so that a worker's endless loops
// hang on the span that happened to start them; and it traces the loops themselves, a span every few seconds from an idle worker.

import { type Context, context, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import type { Telemetry } from 'bullmq';
import { withoutSecrets } from './describe-error.ts';
import { tracingIsOn } from './tracing.ts';

type QueueSpan = ReturnType<Telemetry<Context>['tracer']['startSpan']>;

/** Operations worth a span: a job is handed in, a job is worked on. The first word of BullMQ's span names. */
const traced = new Set(['add', 'process']);

const silent: QueueSpan = {
  setSpanOnContext: (ctx: Context) => ctx,
  setAttribute: () => undefined,
  setAttributes: () => undefined,
  addEvent: () => undefined,
  recordException: () => undefined,
  end: () => undefined,
};

function speaking(span: Span): QueueSpan {
  return {
    setSpanOnContext: (ctx: Context) => trace.setSpan(ctx, span),
    setAttribute: (key, value) => span.setAttribute(key, value),
    setAttributes: (attributes) => span.setAttributes(attributes),
    addEvent: (name) => span.addEvent(name), // its attributes hold results and reasons
    recordException(exception) {
      const text = typeof exception === 'string' ? exception : (exception.message ?? String(exception.code));
      span.recordException(withoutSecrets(text));
    },
    end: () => span.end(),
  };
}

const telemetry: Telemetry<Context> = {
  tracer: {
    startSpan(name, options, parent) {
      if (!traced.has(name.split(' ')[0] ?? '')) return silent;
      // BullMQ numbers its span kinds as OpenTelemetry does.
      return speaking(trace.getTracer('bullmq').startSpan(name, { kind: Number(options?.kind ?? 0) }, parent));
    },
  },
  contextManager: {
    with: (ctx, work) => context.with(ctx, work),
    active: () => context.active(),
    root: () => ROOT_CONTEXT,
    getMetadata(ctx) {
      const carrier: Record<string, string> = {};
      propagation.inject(ctx, carrier);
      return JSON.stringify(carrier);
    },
    fromMetadata: (active, metadata) => propagation.extract(active, JSON.parse(metadata)),
  },
};

/** To be spread into the options of queues and workers; empty while tracing is off, so that jobs carry nothing more. */
export function queueTelemetry(): { telemetry?: Telemetry<Context> } {
  return tracingIsOn() ? { telemetry } : {};
}
