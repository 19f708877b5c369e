// The engine that serves: a worker thread holds the networks, because onnxruntime-node's run() blocks the event loop of its thread for
// its whole duration, and BullMQ's lock renewal and Discord's heartbeat must go on. One paint at a time; further calls wait their turn.

import { Worker } from 'node:worker_threads';
import { EaselError } from '../errors.ts';
import { unpack } from './carried-error.ts';
import type { Engine, Inspection, ModelInfo, PaintEvent, PaintInput, SafetyPolicy } from './engine.ts';
import type { EngineOptions, FromThread, ToThread } from './thread-messages.ts';

export interface ThreadedEngineOptions extends EngineOptions {
  /** One sentence about what was tried in vain where nothing in particular was asked for (provider `auto`), and what is used instead. */
  readonly inform?: (sentence: string) => void;
  /** One sentence about trouble while it runs, such as memory that does not suffice. */
  readonly warn?: (sentence: string) => void;
}

/** What one call waits for; messages of a call arrive in order. */
interface Call {
  readonly receive: (message: FromThread) => void;
}

const fromSource = import.meta.url.endsWith('.ts');

class ThreadedEngine implements Engine {
  model: ModelInfo;
  readonly #worker: Worker;
  readonly #calls = new Map<number, Call>();
  #nextId = 1;
  /** Resolves when the paint before is over. */
  #turn: Promise<void> = Promise.resolve();
  #ended: EaselError | undefined;

  constructor(worker: Worker, model: ModelInfo, warn: (sentence: string) => void) {
    this.#worker = worker;
    this.model = model;
    worker.on('message', (message: FromThread) => {
      if (message.type === 'warning') warn(message.sentence);
      if (message.type === 'model') this.model = message.model;
      if ('id' in message && message.id !== null) this.#calls.get(message.id)?.receive(message);
    });
    worker.on('error', (cause) => this.#end('the inference thread failed', cause));
    worker.on('exit', (code) => this.#end(`the inference thread ended with code ${code}`));
  }

  async *paint(input: PaintInput, options: { signal?: AbortSignal } = {}): AsyncGenerator<PaintEvent, void, void> {
    const before = this.#turn;
    let release: () => void = () => undefined;
    this.#turn = new Promise((resolve) => {
      release = resolve;
    });
    const { signal } = options;
    try {
      await before;
      if (signal?.aborted) throw cancelled();
      const id = this.#nextId++;
      const inbox = this.#open(id);
      const cancel = () => this.#post({ type: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      let over = false;
      try {
        this.#post({ type: 'paint', id, input });
        for (;;) {
          const message = await inbox.next();
          over = message.type !== 'event';
          if (message.type === 'event') yield message.event;
          else if (message.type === 'failed') throw unpack(message.error);
          else return;
        }
      } finally {
        signal?.removeEventListener('abort', cancel);
        // A reader who stops early cancels; the next paint waits until the thread has noticed.
        if (!over) {
          cancel();
          while (!over) {
            const message = await inbox.next().catch(() => null);
            over = message === null || message.type !== 'event';
          }
        }
        this.#calls.delete(id);
      }
    } finally {
      release();
    }
  }

  async inspect(bytes: Uint8Array, safety: SafetyPolicy): Promise<Inspection> {
    const id = this.#nextId++;
    const inbox = this.#open(id);
    try {
      this.#post({ type: 'inspect', id, bytes, safety });
      const message = await inbox.next();
      if (message.type === 'failed') throw unpack(message.error);
      if (message.type !== 'inspection')
        throw new EaselError('internal', `Expected an inspection but received ${message.type}`);
      return message.inspection;
    } finally {
      this.#calls.delete(id);
    }
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.#post({ type: 'close' });
    const late = setTimeout(() => void this.#worker.terminate(), 30_000);
    late.unref();
    await exited;
    clearTimeout(late);
  }

  #post(message: ToThread): void {
    if (this.#ended) return;
    this.#worker.postMessage(message);
  }

  /** An inbox for one call; its messages wait until they are asked for. */
  #open(id: number): { next(): Promise<FromThread> } {
    const waiting: FromThread[] = [];
    let wake: (() => void) | undefined;
    this.#calls.set(id, {
      receive: (message) => {
        waiting.push(message);
        wake?.();
      },
    });
    return {
      next: async () => {
        for (;;) {
          const message = waiting.shift();
          if (message) return message;
          if (this.#ended) throw this.#ended;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    };
  }

  #end(what: string, cause?: unknown): void {
    this.#ended ??= new EaselError('inference-failed', `Expected the inference thread to go on but ${what}`, {
      retryable: true,
      cause,
    });
    const failed: FromThread = {
      type: 'failed',
      id: null,
      error: { code: 'inference-failed', message: this.#ended.message, retryable: true },
    };
    for (const call of this.#calls.values()) call.receive(failed);
  }
}

/**
 * Starts the thread and opens the model in it.
 * @throws EaselError `model-missing`, `model-damaged`, `model-without-checker` or `provider-unavailable`.
 */
export async function openThreadedEngine(options: ThreadedEngineOptions): Promise<Engine> {
  const { inform, warn, ...engineOptions } = options;
  const file = new URL(fromSource ? './thread.ts' : './thread.js', import.meta.url);
  // Sources run through tsx (a worker thread does not inherit its hooks), builds as they are.
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); })`;
  const worker = fromSource
    ? new Worker(load, { eval: true, workerData: engineOptions })
    : new Worker(file, { workerData: engineOptions });
  const first = await firstMessage(worker);
  if (first.type === 'failed') {
    await worker.terminate();
    throw unpack(first.error);
  }
  if (first.type !== 'ready')
    throw new EaselError('internal', `Expected the inference thread to be ready but received ${first.type}`);
  // What is used, then why not something better.
  if (first.warnings.length > 0) inform?.([...first.warnings].reverse().join(' '));
  return new ThreadedEngine(worker, first.model, warn ?? (() => undefined));
}

function firstMessage(worker: Worker): Promise<FromThread> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number) =>
      onError(
        new EaselError('inference-failed', `Expected the inference thread to start but it ended with code ${code}`),
      );
    const onError = (error: Error) => {
      forget();
      reject(error);
    };
    const onMessage = (message: FromThread) => {
      forget();
      resolve(message);
    };
    // One by one: removeAllListeners() would also remove those with which Node feeds the worker's messages.
    const forget = () => worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

function cancelled(): EaselError {
  return new EaselError('cancelled', 'The job was cancelled before it began');
}
