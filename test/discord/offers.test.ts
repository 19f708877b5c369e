import { afterEach, expect, test } from 'vitest';
import { createOffers, type Offers } from '../../src/discord/offers.ts';
import type { WorkerFacts } from '../../src/store/announcements.ts';

const old = { name: 'house', hash: 'a'.repeat(64), nativeSize: 512 };
const renewed = { ...old, hash: 'b'.repeat(64) };
const ink = { name: 'Ink wash', hash: 'c'.repeat(64), nativeSize: 256, defaults: { guidanceScale: 4 } };
const worker = (startedAt: number, ...models: (typeof old)[]): WorkerFacts => ({
  workerId: `w${startedAt}`,
  host: 'h',
  models: models.map((model) => ({ ...model, provider: 'cpu', hasChecker: true })),
  state: 'ready',
  note: '',
  startedAt,
});

let workers: WorkerFacts[] = [];
let now = 0;
let offers: Offers;
function open() {
  offers = createOffers({ announcements: { list: async () => workers }, fallback: old, now: () => now });
}
afterEach(() => offers.close());

test('the default is offered first, also while no worker is there', async () => {
  open();
  workers = [];
  await offers.refresh();
  expect(offers.models()).toEqual([old]);
  expect(offers.has(old.hash)).toBe(true);
  expect(offers.isHeld(old.hash)).toBe(false);
});

test('a model is found by its name however it is written, and by its hash', async () => {
  open();
  workers = [worker(1, old, ink)];
  await offers.refresh();
  for (const wanted of ['Ink wash', 'ink-wash', 'INKWASH', 'cccccccc']) expect(offers.find(wanted)).toEqual(ink);
  for (const wanted of ['ink', 'ccc', '', '!']) expect(offers.find(wanted)).toBeNull();
});

test('a model outlives its worker by a minute, a quarantined worker offers nothing', async () => {
  open();
  workers = [worker(1, old, ink)];
  await offers.refresh();
  workers = [{ ...worker(1, old, ink), state: 'quarantined' }];
  now += 59_000;
  await offers.refresh();
  expect(offers.has(ink.hash)).toBe(true);
  now += 2000;
  await offers.refresh();
  expect(offers.has(ink.hash)).toBe(false);
  expect(offers.models()).toEqual([old]);
});

test('after an update of the default on every worker, its successor by name is the default', async () => {
  open();
  workers = [worker(1, old), worker(2, renewed)];
  await offers.refresh();
  expect(offers.defaultModel()).toEqual(old);
  workers = [worker(2, renewed), worker(3, renewed)];
  now += 61_000;
  await offers.refresh();
  expect(offers.defaultModel()).toEqual(renewed);
  expect(offers.models()).toEqual([renewed]);
  expect(offers.has(old.hash)).toBe(false);
});
