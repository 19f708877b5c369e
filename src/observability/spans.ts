// Spans of our own, on OpenTelemetry's API alone: without an SDK behind it (tracing.ts) everything here costs next to nothing.
// Attributes are ids and sizes; what members write never becomes one.

import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describeError } from './describe-error.ts';

const tracer = () => trace.getTracer('easel');

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

function noteFailure(span: Span, error: unknown): void {
  const { type, message } = describeError(error);
  span.recordException({ name: type, message });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Runs work inside a span; what it throws is noted and thrown on. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  kind: keyof typeof kinds = 'internal',
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes, kind: kinds[kind] }, async (span) => {
    try {
      return await work();
    } catch (error) {
      noteFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Notes a moment in the span that is under way, if any. */
export function spanEvent(name: string, attributes: Attributes = {}): void {
  trace.getActiveSpan()?.addEvent(name, attributes);
}

/** Notes a failure that is dealt with inside the span that is under way. */
export function spanFailure(error: unknown): void {
  const span = trace.getActiveSpan();
  if (span) noteFailure(span, error);
}

/** For log lines: which span they belong to. */
export function spanIds(): { traceId?: string; spanId?: string } {
  const context = trace.getActiveSpan()?.spanContext();
  return context ? { traceId: context.traceId, spanId: context.spanId } : {};
}
