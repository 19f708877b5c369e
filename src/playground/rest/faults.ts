// Things that go wrong between a bot and Discord, made to order by tests: server errors, lost answers, delays, forced limits.

export type FaultEffect =
  /** Answered without being carried out. */
  | { kind: 'status'; status: number; body?: object }
  | { kind: 'rate-limit'; retryAfterS: number; isGlobal?: boolean }
  /** The connection breaks before the request is carried out. */
  | { kind: 'drop-request' }
  /** The request is carried out, but the connection breaks before the answer. */
  | { kind: 'lose-response' }
  | { kind: 'delay'; ms: number };

export interface Fault {
  method?: string;
  /** Tested against the path without `/api/v10`. */
  path?: RegExp;
  /** How often it strikes; default once. */
  times?: number;
  effect: FaultEffect;
}

export class Faults {
  #pending: (Fault & { left: number })[] = [];

  add(fault: Fault): void {
    this.#pending.push({ ...fault, left: fault.times ?? 1 });
  }
  clear(): void {
    this.#pending = [];
  }
  /** The first fault that fits, used up by one. */
  strike(method: string, path: string): FaultEffect | undefined {
    const fault = this.#pending.find(
      (candidate) =>
        candidate.left > 0 &&
        (candidate.method === undefined || candidate.method === method) &&
        (candidate.path === undefined || candidate.path.test(path)),
    );
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left === 0) this.#pending = this.#pending.filter((candidate) => candidate !== fault);
    return fault.effect;
  }
}
