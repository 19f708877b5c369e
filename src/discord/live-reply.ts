// The only writer of live messages. Newest state wins, at most one edit of a message is in flight, edits keep their distance in time,
// one budget holds for all messages together, and final edits go first. Nothing here knows what a message looks like.

/** Milliseconds between edits of one message; Discord publishes no number, 3 s is the practice seen in the field. */
const spacingMs = { running: 3000, waiting: 15_000 } as const;

export type LivePhase = keyof typeof spacingMs;

export interface LiveState {
  readonly phase: LivePhase;
  /** What the eye would notice; an equal key is not worth an edit. */
  readonly key: string;
  write(signal: AbortSignal): Promise<void>;
}

export interface LiveRepliesOptions {
  /** Progress edits per second over all messages, below Discord's 50 requests. Default 20. */
  readonly editsPerSecond?: number;
  readonly now?: () => number;
  readonly onError?: (id: string, error: unknown) => void;
}

interface Entry {
  shown: string | null;
  lastEditAt: number;
  wanted: LiveState | null;
  inFlight: { readonly done: Promise<void>; readonly abort: AbortController } | null;
}

export interface LiveReplies {
  /** Notes the newest state of a message; it is written when its time comes, unless a newer one replaces it. */
  show(id: string, state: LiveState): void;
  /** The last word on a message: waits for an edit in flight, drops those waiting, then writes. Later `show`s are ignored. */
  final<Result>(id: string, write: () => Promise<Result>): Promise<Result>;
  /** Stops following a message without a last word (somebody else has it). */
  forget(id: string): void;
  close(): Promise<void>;
}

export function createLiveReplies(options: LiveRepliesOptions = {}): LiveReplies {
  const now = options.now ?? Date.now;
  const perSecond = options.editsPerSecond ?? 20;
  const entries = new Map<string, Entry>();
  /** Messages that have had their last word; bounded, oldest forgotten first. */
  const ended = new Set<string>();
  let tokens = perSecond;
  let refilledAt = now();
  let finalsUnderWay = 0;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function refill(): void {
    const time = now();
    tokens = Math.min(perSecond, tokens + ((time - refilledAt) / 1000) * perSecond);
    refilledAt = time;
  }

  const dueAt = (entry: Entry): number =>
    entry.wanted === null || entry.inFlight
      ? Number.POSITIVE_INFINITY
      : entry.lastEditAt + spacingMs[entry.wanted.phase];

  function write(id: string, entry: Entry, state: LiveState): void {
    entry.wanted = null;
    const abort = new AbortController();
    entry.lastEditAt = now();
    const done = state
      .write(abort.signal)
      .then(() => {
        entry.shown = state.key;
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) options.onError?.(id, error);
      })
      .finally(() => {
        entry.inFlight = null;
        // Distance is kept from the moment Discord had it, however slow that was.
        entry.lastEditAt = now();
        schedule();
      });
    entry.inFlight = { done, abort };
  }

  function run(): void {
    timer = null;
    if (closed) return;
    refill();
    const time = now();
    const due = [...entries].filter(([, entry]) => dueAt(entry) <= time);
    // Running jobs before waiting ones, then whoever waited longest.
    due.sort(
      ([, a], [, b]) =>
        Number(a.wanted?.phase === 'waiting') - Number(b.wanted?.phase === 'waiting') || a.lastEditAt - b.lastEditAt,
    );
    for (const [id, entry] of due) {
      if (tokens < 1 || finalsUnderWay >= perSecond) break;
      if (!entry.wanted) continue;
      tokens -= 1;
      write(id, entry, entry.wanted);
    }
    schedule();
  }

  function schedule(): void {
    if (closed) return;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of entries.values()) next = Math.min(next, dueAt(entry));
    if (timer) clearTimeout(timer);
    timer = null;
    if (next === Number.POSITIVE_INFINITY) return;
    const budgetMs = tokens < 1 ? Math.ceil(((1 - tokens) / perSecond) * 1000) : 0;
    timer = setTimeout(run, Math.max(next - now(), budgetMs, 0));
    timer.unref();
  }

  return {
    show(id, state) {
      if (closed || ended.has(id)) return;
      const entry = entries.get(id) ?? {
        shown: null,
        lastEditAt: Number.NEGATIVE_INFINITY,
        wanted: null,
        inFlight: null,
      };
      entries.set(id, entry);
      if (!entry.inFlight && state.key === entry.shown) {
        entry.wanted = null;
        return;
      }
      entry.wanted = state;
      schedule();
    },
    async final(id, writeFinal) {
      ended.add(id);
      if (ended.size > 10_000) for (const oldest of [...ended].slice(0, 5000)) ended.delete(oldest);
      const entry = entries.get(id);
      entries.delete(id);
      finalsUnderWay += 1;
      try {
        // Not aborted: an aborted request may still arrive, after the last word.
        await entry?.inFlight?.done;
        return await writeFinal();
      } finally {
        finalsUnderWay -= 1;
        schedule();
      }
    },
    forget(id) {
      ended.add(id);
      entries.delete(id);
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      const flights = [...entries.values()].flatMap((entry) => (entry.inFlight ? [entry.inFlight] : []));
      entries.clear();
      for (const flight of flights) flight.abort.abort();
      await Promise.allSettled(flights.map((flight) => flight.done));
    },
  };
}
