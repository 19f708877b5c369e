// Inside the inference thread: opens the model, paints and inspects on request, listens for cancels between two steps.

import { parentPort, workerData } from 'node:worker_threads';
import { carry } from './carried-error.ts';
import { LocalEngine } from './local-engine.ts';
import type { EngineOptions, FromThread, ToThread } from './thread-messages.ts';

const port = parentPort;
if (!port) throw new Error('thread.ts runs in a worker thread only');

const say = (message: FromThread) => port.postMessage(message);
const running = new Map<number, AbortController>();
/** Paints and inspections take turns: there is one model. */
let turn: Promise<void> = Promise.resolve();

/** A macrotask: incoming messages (a cancel) are handled before the next step starts. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

async function handle(engine: LocalEngine, message: Exclude<ToThread, { type: 'cancel' | 'close' }>): Promise<void> {
  const { id } = message;
  try {
    if (message.type === 'inspect') {
      say({ type: 'inspection', id, inspection: await engine.inspect(message.bytes, message.safety) });
      return;
    }
    const signal = running.get(id)?.signal;
    for await (const event of engine.paint(message.input, signal ? { signal } : {})) {
      say({ type: 'event', id, event });
      await breathe();
    }
    say({ type: 'end', id });
  } catch (error) {
    say({ type: 'failed', id, error: carry(error) });
  } finally {
    running.delete(id);
  }
}

const lookEveryMs = 15_000;

try {
  const options = workerData as EngineOptions;
  const engine = await LocalEngine.open(options, (sentence) => say({ type: 'warning', sentence }));
  /** A folder that cannot be read now can be read the next time. */
  const lookAgain = async () => {
    isDue = false;
    if (await engine.refresh().catch(() => false)) say({ type: 'model', model: engine.model });
  };
  let isDue = false;
  const looking = setInterval(() => {
    // One look waits behind what is being painted, not one for every interval of it.
    if (isDue) return;
    isDue = true;
    turn = turn.then(lookAgain);
  }, options.adapters?.lookEveryMs ?? lookEveryMs);
  port.on('message', (message: ToThread) => {
    if (message.type === 'cancel') {
      running.get(message.id)?.abort();
    } else if (message.type === 'close') {
      clearInterval(looking);
      for (const controller of running.values()) controller.abort();
      turn = turn
        .then(() => engine.close())
        .then(() => {
          say({ type: 'closed' });
          port.close();
        });
    } else {
      if (message.type === 'paint') running.set(message.id, new AbortController());
      turn = turn.then(() => handle(engine, message));
    }
  });
  say({ type: 'ready', model: engine.model, warnings: engine.warnings });
} catch (error) {
  say({ type: 'failed', id: null, error: carry(error) });
}
