// Which settings a request gets: option, flag, the member's default, the model's, the installation's, in this order.

import { expect, test } from 'vitest';
import { type Given, readWishes } from '../../src/discord/imagine-wish.ts';
import { createOffers } from '../../src/discord/offers.ts';
import type { MemberSettings } from '../../src/store/member-settings.ts';
import { textsFor } from '../../src/texts/index.ts';
import { testInstallation } from '../support/installation.ts';

const plain = { name: 'plain', hash: 'a'.repeat(64), nativeSize: 256 };
const soft = { name: 'soft', hash: 'b'.repeat(64), nativeSize: 256, defaults: { guidanceScale: 5, steps: 12 } };
const list = async () => [
  {
    workerId: 'w',
    host: 'h',
    models: [plain, soft].map((model) => ({ ...model, provider: 'cpu', hasChecker: true })),
    state: 'ready' as const,
    note: '',
    startedAt: 1,
  },
];
const offers = createOffers({ announcements: { list }, fallback: plain });
await offers.refresh();
const texts = textsFor('en-US');

function read(given: Given, member?: MemberSettings) {
  const installation = { ...testInstallation, offers };
  const found = readWishes({ installation, texts, ...(member ? { member } : {}) }, given);
  if ('refuse' in found) throw new Error('refused');
  const [wish] = found.wishes;
  return wish && [wish.guidanceScale, wish.steps, wish.sampler];
}

test('a model without defaults gets the installation’s, one with defaults its own as far as they go', () => {
  expect(read({ prompt: 'a fox' })).toEqual([7.5, 20, 'ddim']);
  expect(read({ prompt: 'a fox', model: 'soft' })).toEqual([5, 12, 'ddim']);
  expect(read({ prompt: 'a fox --model soft' })).toEqual([5, 12, 'ddim']);
});

test('a member’s default goes before the model’s, a flag before that, an option before all', () => {
  const member: MemberSettings = { version: 1, guidanceScale: 6, model: 'soft' };
  expect(read({ prompt: 'a fox' }, member)?.[0]).toBe(6);
  expect(read({ prompt: 'a fox --guidance 8' }, member)?.[0]).toBe(8);
  expect(read({ prompt: 'a fox --guidance 8', guidance: 9 }, member)?.[0]).toBe(9);
});
