// The two pub/sub channels: what jobs report (events) and what they are told (control). Lost messages lose nothing that matters:
// the last progress and every wish to cancel also stand in keys.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { generateProgressSchema, jobIdSchema } from '../jobs/generate-job.ts';
import { channels } from '../jobs/redis-keys.ts';

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), jobId: jobIdSchema, progress: generateProgressSchema }),
  z.object({ type: z.literal('ended'), jobId: jobIdSchema }),
]);
const controlSchema = z.object({ type: z.literal('cancel'), jobId: jobIdSchema });

export type JobEvent = z.infer<typeof eventSchema>;
export type ControlMessage = z.infer<typeof controlSchema>;

export interface Channel<T> {
  /** Returns the way to stop. */
  listen(listener: (message: T) => void): () => void;
  close(): void;
}

/** Opens a connection of its own (a subscribed one can do nothing else); it comes back by itself after a loss. Poisoned messages are dropped. */
function openChannel<T>(redis: Redis, name: string, schema: z.ZodType<T>): Channel<T> {
  const listeners = new Set<(message: T) => void>();
  const subscriber = redis.duplicate({ maxRetriesPerRequest: null, enableOfflineQueue: true, lazyConnect: false });
  subscriber.on('error', () => undefined);
  subscriber.subscribe(name).catch(() => undefined);
  subscriber.on('message', (_channel: string, text: string) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) for (const listener of listeners) listener(parsed.data);
  });
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => subscriber.disconnect(),
  };
}

export const openEvents = (redis: Redis): Channel<JobEvent> => openChannel(redis, channels.events, eventSchema);
export const openControl = (redis: Redis): Channel<ControlMessage> =>
  openChannel(redis, channels.control, controlSchema);
