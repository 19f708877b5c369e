// Contract of the `deliver` queue: what a worker hands to whoever holds the Discord token.
// The job id in BullMQ is the Easel job id, so that a worker which finishes twice enqueues once.

import { z } from 'zod';
import { generateJobSchema, generateResultSchema } from './generate-job.ts';

export const deliverJobVersion = 1;

export const deliverJobSchema = z.object({
  version: z.literal(deliverJobVersion),
  job: generateJobSchema,
  outcome: z.discriminatedUnion('type', [
    z.object({ type: z.literal('done'), result: generateResultSchema }),
    /** A failure that will not be retried; the member sees userMessage and the error id, never more. */
    z.object({ type: z.literal('failed'), errorId: z.string(), code: z.string(), userMessage: z.string() }),
    z.object({ type: z.literal('cancelled'), byUserId: z.string().nullable() }),
  ]),
});

export type DeliverJob = z.infer<typeof deliverJobSchema>;
