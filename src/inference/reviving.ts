// Keeps an engine at hand: when its thread died, the next call opens a new one. What was under way fails as retryable; the queue repeats it.

import { EaselError } from '../errors.ts';
import type { Engine } from './engine.ts';

/** @param open must open the same model every time */
export async function openRevivingEngine(
  open: () => Promise<Engine>,
  onRevival: () => void = () => undefined,
): Promise<Engine> {
  let current = await open();
  let opening: Promise<void> | null = null;

  /** Out of memory leaves sessions in an unknown state, and a dead thread has none. */
  const needsRevival = (error: unknown) => error instanceof EaselError && error.code.startsWith('inference-');

  async function revive(): Promise<void> {
    opening ??= (async () => {
      onRevival();
      await current.close().catch(() => undefined);
      current = await open();
    })().finally(() => {
      opening = null;
    });
    await opening;
  }

  return {
    get model() {
      return current.model;
    },
    async *paint(input, options) {
      await opening;
      try {
        yield* current.paint(input, options);
      } catch (error) {
        if (needsRevival(error)) await revive();
        throw error;
      }
    },
    async inspect(bytes, safety) {
      await opening;
      try {
        return await current.inspect(bytes, safety);
      } catch (error) {
        if (needsRevival(error)) await revive();
        throw error;
      }
    },
    close: () => current.close(),
  };
}
