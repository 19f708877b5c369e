// Contract of the `generate-<model hash>` queues: what a bot enqueues, what a worker reports and returns.
// Versioned. A new field is `.optional()` or has a `.default()`, so that yesterday's jobs are read as they are (test/jobs/upgrade holds the
// schema to that); a change of meaning raises the version, and the reader then turns older jobs into newer ones. Jobs of a newer version are
// left to newer workers, since in a rolling upgrade both kinds drain one queue.

import { z } from 'zod';
import { hardLimits, imageKeySchema, paintRequestSchema } from './paint-request.ts';

export const generateJobVersion = 1;

/** Whether a job was written by an Easel of a later version than this one reads. */
export function isFromNewer(data: unknown, version: number): boolean {
  return z.looseObject({ version: z.int().gt(version) }).safeParse(data).success;
}

/** How long such a job is put aside before it is offered again. */
export const newerJobMs = 5000;

export const snowflakeSchema = z.string().regex(/^\d{1,20}$/);
/** Job ids are short (they travel in custom ids): 12 characters of Crockford base 32. */
export const jobIdSchema = z.string().regex(/^[0-9a-hjkmnp-tv-z]{12}$/);

/** How a job came to be; decides the words over the result and the buttons under it. */
export const jobKinds = [
  'imagine',
  'reroll',
  'variation',
  'remix',
  'single',
  'upscale',
  'zoom',
  'pan',
  'region',
  'grid-plot',
] as const;

export const safetyPolicySchema = z.object({
  adjustment: z.number().min(-0.2).max(0.2),
  onFlag: z.enum(['withhold', 'blur']),
});

/** Where the live message is and how to reach it. The token is a secret with a lifetime of 15 minutes: never logged. */
export const replyTargetSchema = z.object({
  applicationId: snowflakeSchema,
  interactionId: snowflakeSchema,
  interactionToken: z.string(),
  /** Unix milliseconds of the interaction. */
  interactionAt: z.int(),
  channelId: snowflakeSchema,
  guildId: snowflakeSchema.nullable(),
  /** The live message, once known (the bot needs it when the token has expired). */
  messageId: snowflakeSchema.nullable(),
  /** A private request never goes to a channel. */
  ephemeral: z.boolean(),
  /** The message is a further answer to its interaction (of several jobs by one command), reached by its id instead of as the original. */
  further: z.boolean().optional(),
  /** Not an answer to its interaction: a new message where the request was made, as a reply to its parent's. */
  fresh: z.boolean().optional(),
  attachmentSizeLimit: z.int().positive(),
  locale: z.string(),
  /** Of the server, as Discord has it. */
  guildLocale: z.string().max(20).optional(),
  /** The channel is marked age-restricted. */
  ageRestricted: z.boolean(),
});

export const generateJobSchema = z.object({
  version: z.literal(generateJobVersion),
  jobId: jobIdSchema,
  kind: z.enum(jobKinds),
  request: paintRequestSchema,
  safety: safetyPolicySchema,
  preview: z.enum(['off', 'blurred']),
  requester: z.object({ userId: snowflakeSchema, displayName: z.string().max(100) }),
  reply: replyTargetSchema,
  parent: z.object({ jobId: jobIdSchema, tile: z.int().min(-1).max(3) }).nullable(),
  /** What the server added to each negative prompt of the request, at its end (server-negative.ts). Older versions added it and did not say so. */
  serverNegative: z.string().max(hardLimits.promptCharacters).optional(),
  /** Whether the server wants the reason of a withheld picture said. */
  showReasons: z.boolean().optional(),
  /** Sentences about how the request was read, shown with it. */
  notes: z.array(z.string().max(200)).max(12).optional(),
  /** The job whose pictures this one only shows again. */
  shows: jobIdSchema.optional(),
  /** Unix milliseconds. */
  createdAt: z.int(),
  /** uint32, one per tile and one for the grid; unique, handed out by the store. */
  traceIds: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 32 - 1),
    )
    .min(1)
    .max(5),
});

export type JobKind = (typeof jobKinds)[number];
export type ReplyTarget = z.infer<typeof replyTargetSchema>;
export type GenerateJob = z.infer<typeof generateJobSchema>;

const withheldReasonSchema = z.enum(['flagged', 'special-care', 'takedown', 'checker-error']);

export const pictureSchema = z.object({
  kind: z.enum(['tile', 'grid']),
  index: z.int().min(-1).max(3),
  imageKey: imageKeySchema,
  width: z.int(),
  height: z.int(),
  seed: z.int(),
  traceId: z.int().nullable(),
  perceptualHash: z.string(),
  /** Of the encoded file: what lies in the store under its key must be what was checked and marked. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  outcome: z.enum(['posted', 'withheld', 'blurred']),
  reason: withheldReasonSchema.nullable(),
  hits: z.array(z.int()),
  /** About 1 to 10; only where the worker has a head for it and the picture is shown. */
  aesthetics: z.number().optional(),
  /** Of a labelled sheet: the cells that show nothing. */
  withheldCells: z.array(z.object({ cell: z.int().min(0), reason: withheldReasonSchema })).optional(),
});

export const generateResultSchema = z.object({
  version: z.literal(generateJobVersion),
  jobId: jobIdSchema,
  pictures: z.array(pictureSchema),
  modelHash: z.string(),
  totalMs: z.number(),
  msPerStep: z.number(),
  workerId: z.string(),
});

export const generateProgressSchema = z.discriminatedUnion('phase', [
  z.object({
    phase: z.literal('painting'),
    step: z.int(),
    steps: z.int(),
    msPerStep: z.number(),
    previewKey: imageKeySchema.nullable(),
  }),
  z.object({ phase: z.literal('finishing') }),
]);

export type Picture = z.infer<typeof pictureSchema>;
export type GenerateResult = z.infer<typeof generateResultSchema>;
export type GenerateProgress = z.infer<typeof generateProgressSchema>;
