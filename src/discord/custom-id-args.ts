// Argument types that custom ids share. All read strings, because that is what comes back.

import { z } from 'zod';
import { jobIdSchema } from '../jobs/generate-job.ts';

export const jobIdArg = jobIdSchema;

/** 0-based place in the grid: top left, top right, bottom left, bottom right. */
export const tileArg = z
  .string()
  .regex(/^[0-3]$/)
  .transform(Number);

export const snowflakeArg = z.string().regex(/^\d{1,20}$/);

/** 0-based page of a list. */
export const pageArg = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number);
