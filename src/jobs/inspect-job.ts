// Contract of the `inspect` queue: check, embed and read the marks of one picture (uploads, trace, verify, takedown), so that the bot needs no networks.

import { z } from 'zod';
import { safetyPolicySchema, snowflakeSchema } from './generate-job.ts';
import { imageKeySchema } from './paint-request.ts';

export const inspectJobVersion = 1;

export const inspectJobSchema = z.object({
  version: z.literal(inspectJobVersion),
  imageKey: imageKeySchema,
  safety: safetyPolicySchema,
  /** The server whose takedowns count besides those of the whole installation; without the field every server's do. */
  guildId: snowflakeSchema.nullable().optional(),
  /** The answer has the words written into a picture's file: it is put aside for who asked, instead of into BullMQ's books and its stream of events. */
  aside: z.boolean().optional(),
});

export const inspectResultSchema = z.object({
  version: z.literal(inspectJobVersion),
  width: z.int(),
  height: z.int(),
  verdict: z.object({
    outcome: z.enum(['posted', 'withheld', 'blurred']),
    reason: z.enum(['flagged', 'special-care', 'takedown', 'checker-error']).nullable(),
    hits: z.array(z.int()),
  }),
  perceptualHash: z.string(),
  embedding: z.array(z.number()).nullable(),
  referenceMark: z.object({ found: z.boolean(), bitAccuracy: z.number() }),
  traceId: z.int().nullable(),
  parameters: z.string().nullable(),
  /** Absent in the answers of older workers. */
  provenance: z
    .object({
      standing: z.enum(['valid', 'self-signed', 'broken']),
      generator: z.string(),
      signer: z.string(),
      aiGenerated: z.boolean(),
    })
    .nullable()
    .optional(),
});

export type InspectJob = z.infer<typeof inspectJobSchema>;
export type InspectResult = z.infer<typeof inspectResultSchema>;
