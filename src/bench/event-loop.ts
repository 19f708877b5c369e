// How long the event loop of a serving process is held up while its engine paints in its own thread: BullMQ's lock renewal and Discord's
// heartbeat live on that loop.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Engine } from '../inference/engine.ts';

export interface EventLoopDelay {
  /** Milliseconds above the timer's own resolution of 10 ms. */
  readonly p99: number;
  readonly max: number;
  readonly pictures: number;
}

/** Paints one picture after another for `seconds`. */
export async function measureEventLoop(engine: Engine, seconds: number): Promise<EventLoopDelay> {
  const resolution = 10;
  const monitor = monitorEventLoopDelay({ resolution });
  const size = engine.model.nativeSize;
  const until = performance.now() + seconds * 1000;
  let pictures = 0;
  monitor.enable();
  while (performance.now() < until) {
    const input = {
      prompt: 'a castle in the snow',
      negativePrompt: '',
      width: size,
      height: size,
      seed: pictures,
      count: 1,
      steps: 20,
      guidanceScale: 7.5,
      sampler: 'dpmpp-2m',
      clipSkip: 1,
      safety: { adjustment: 0, onFlag: 'withhold' },
      traceIds: [pictures],
      preview: 'blurred',
    } as const;
    for await (const event of engine.paint(input)) if (event.type === 'result') pictures += 1;
  }
  monitor.disable();
  return {
    p99: Math.max(0, monitor.percentile(99) / 1e6 - resolution),
    max: Math.max(0, monitor.max / 1e6 - resolution),
    pictures,
  };
}
