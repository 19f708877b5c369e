// What the bot tells metrics. Words are few, whatever members send; a composition root decides what becomes of them.

import type { RequestObserver } from '../observability/watch-requests.ts';

export interface Observer {
  /** What was answered first and the seconds it took, from receiving the interaction to Discord's taking the answer. */
  acknowledged(name: string, seconds: number): void;
  refused(reason: string): void;
  failed(code: string): void;
  readonly request: RequestObserver;
}
