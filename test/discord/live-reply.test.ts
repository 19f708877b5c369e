import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLiveReplies, type LivePhase } from '../../src/discord/live-reply.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Written {
  readonly id: string;
  readonly key: string;
  readonly at: number;
}

/** A message writer that notes what was written when; each edit takes `latencyMs`. */
function recorder(latencyMs = 0) {
  const written: Written[] = [];
  const started = Date.now();
  let underWay = 0;
  let mostUnderWay = 0;
  const state = (id: string, key: string, phase: LivePhase = 'running') => ({
    phase,
    key,
    async write() {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      written.push({ id, key, at: Date.now() - started });
      underWay -= 1;
    },
  });
  return { written, state, most: () => mostUnderWay };
}

describe('live replies', () => {
  test('the first state is written at once, then the newest every three seconds', async () => {
    const replies = createLiveReplies();
    const { written, state } = recorder();
    for (let step = 1; step <= 40; step += 1) {
      replies.show('a', state('a', `step ${step}`));
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(written.map(({ key }) => key)).toEqual(['step 1', 'step 13', 'step 25', 'step 37']);
    for (const [index, { at }] of written.entries()) {
      if (index > 0) expect(at - (written[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(3000);
    }
  });

  test('waiting messages keep fifteen seconds, and equal states are not written again', async () => {
    const replies = createLiveReplies();
    const { written, state } = recorder();
    for (let second = 0; second < 60; second += 1) {
      replies.show('a', state('a', second < 40 ? '3 ahead' : '2 ahead', 'waiting'));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(written.map(({ key }) => key)).toEqual(['3 ahead', '2 ahead']);
  });

  test('at most one edit of a message is in flight, however slow Discord is', async () => {
    const replies = createLiveReplies();
    const { written, state, most } = recorder(10_000);
    for (let step = 1; step <= 30; step += 1) {
      replies.show('a', state('a', `step ${step}`));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(most()).toBe(1);
    expect(written.map(({ key }) => key)).toEqual(['step 1', 'step 13']);
  });

  test('the last word waits for the edit in flight, drops what waited, and nothing follows it', async () => {
    const replies = createLiveReplies();
    const { written, state } = recorder(500);
    replies.show('a', state('a', 'step 1'));
    await vi.advanceTimersByTimeAsync(10);
    replies.show('a', state('a', 'step 2'));
    const final = replies.final('a', () => state('a', 'done').write());
    replies.show('a', state('a', 'step 3'));
    await vi.advanceTimersByTimeAsync(30_000);
    await final;
    replies.show('a', state('a', 'step 4'));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(written.map(({ key }) => key)).toEqual(['step 1', 'done']);
  });

  test('all messages share one budget, and final edits do not wait for it', async () => {
    const replies = createLiveReplies({ editsPerSecond: 10 });
    const { written, state } = recorder();
    for (let job = 0; job < 100; job += 1) replies.show(`job ${job}`, state(`job ${job}`, 'step 1'));
    await vi.advanceTimersByTimeAsync(1000);
    const inFirstSecond = written.length;
    expect(inFirstSecond).toBeGreaterThanOrEqual(10);
    expect(inFirstSecond).toBeLessThanOrEqual(21);
    let said = false;
    const final = replies.final('job 99', async () => {
      said = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    await final;
    expect(said).toBe(true);
  });

  test('running jobs are edited before waiting ones when the budget is short', async () => {
    const replies = createLiveReplies({ editsPerSecond: 1 });
    const { written, state } = recorder();
    replies.show('first', state('first', 'x'));
    await vi.advanceTimersByTimeAsync(1);
    replies.show('waits', state('waits', 'x', 'waiting'));
    replies.show('runs', state('runs', 'x', 'running'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(written.map(({ id }) => id)).toEqual(['first', 'runs', 'waits']);
  });

  test('an edit that fails is reported and the next state is tried in its time', async () => {
    const errors: string[] = [];
    const replies = createLiveReplies({ onError: (id) => errors.push(id) });
    const { written, state } = recorder();
    replies.show('a', { phase: 'running', key: 'broken', write: () => Promise.reject(new Error('429')) });
    await vi.advanceTimersByTimeAsync(10);
    replies.show('a', state('a', 'step 2'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(written.map(({ key }) => key)).toEqual(['step 2']);
    expect(errors).toEqual(['a']);
  });

  test('a closed writer writes nothing more', async () => {
    const replies = createLiveReplies();
    const { written, state } = recorder();
    await replies.close();
    replies.show('a', state('a', 'step 1'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toEqual([]);
  });
});
