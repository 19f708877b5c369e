// The twin's sense of time: wall clock plus an offset that tests may push forward, with timers that obey it.
// The fifteen minutes of an interaction token pass in an instant by `advance(15 * 60_000)`.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `action` once when `delayMs` have passed by this clock. Returns what cancels it. Keeps no process alive. */
  after(delayMs: number, action: () => void): () => void;
  /** Moves time forward; timers that fall due run at once, in their order. */
  advance(byMs: number): void;
}

interface Timer {
  dueAt: number;
  action: () => void;
  handle: NodeJS.Timeout | undefined;
}

export function createClock(): Clock {
  const timers = new Set<Timer>();
  let offsetMs = 0;
  const now = () => Date.now() + offsetMs;

  function arm(timer: Timer): void {
    const delayMs = Math.max(0, timer.dueAt - now());
    timer.handle = setTimeout(() => fire(timer), delayMs).unref();
  }
  function fire(timer: Timer): void {
    clearTimeout(timer.handle);
    if (timers.delete(timer)) timer.action();
  }

  return {
    now,
    after(delayMs, action) {
      const timer: Timer = { dueAt: now() + delayMs, action, handle: undefined };
      timers.add(timer);
      arm(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
    advance(byMs) {
      offsetMs += byMs;
      const inOrder = [...timers].sort((a, b) => a.dueAt - b.dueAt);
      for (const timer of inOrder) {
        if (timer.dueAt <= now()) fire(timer);
        else {
          clearTimeout(timer.handle);
          arm(timer);
        }
      }
    },
  };
}
