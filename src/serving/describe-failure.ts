// What a member reads about a failure: never its text, always an id that the log knows.

import { randomBytes } from 'node:crypto';
import { EaselError } from '../errors.ts';

export function describeFailure(error: unknown): { errorId: string; code: string; userMessage: string } {
  const errorId = randomBytes(4).toString('hex');
  const known = error instanceof EaselError;
  const stalled = error instanceof Error && error.message.includes('stalled');
  return {
    errorId,
    code: known ? error.code : stalled ? 'inference-failed' : 'internal',
    userMessage:
      (known ? error.userMessage : undefined) ??
      (stalled ? 'This request stopped three workers and was set aside.' : 'The picture could not be painted.'),
  };
}
