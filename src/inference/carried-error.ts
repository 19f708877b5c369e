// Errors across the thread border: a structured clone would lose the class and the code.

import { EaselError } from '../errors.ts';
import type { CarriedError } from './thread-messages.ts';

export function carry(error: unknown): CarriedError {
  if (error instanceof EaselError) {
    return {
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...(error.userMessage === undefined ? {} : { userMessage: error.userMessage }),
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'inference-failed',
    message: String(error),
    retryable: false,
    ...(stack === undefined ? {} : { stack }),
  };
}

export function unpack(error: CarriedError): EaselError {
  const unpacked = new EaselError(error.code, error.message, {
    retryable: error.retryable,
    ...(error.userMessage === undefined ? {} : { userMessage: error.userMessage }),
  });
  if (error.stack !== undefined) unpacked.stack = error.stack;
  return unpacked;
}
