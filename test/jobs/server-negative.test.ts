import { expect, it } from 'vitest';
import type { GenerateJob } from '../../src/jobs/generate-job.ts';
import { addServerNegative, asAsked, withoutServerNegative } from '../../src/jobs/server-negative.ts';
import { testJob } from '../support/jobs.ts';

const requestWith = (negativePrompt: string) => ({ ...testJob().request, negativePrompt });
const added = (negativePrompt: string, serverNegative: string) =>
  addServerNegative(requestWith(negativePrompt), serverNegative).negativePrompt;
const jobWith = (negativePrompt: string, serverNegative: string): GenerateJob => ({
  ...testJob(),
  request: addServerNegative(requestWith(negativePrompt), serverNegative),
  serverNegative,
});

it('the server’s words follow the member’s, and are whole where both have no room', () => {
  expect(added('', '')).toBe('');
  expect(added('fog', '')).toBe('fog');
  expect(added('', 'nsfw, nude')).toBe('nsfw, nude');
  expect(added('fog', 'nsfw, nude')).toBe('fog, nsfw, nude');
  const crowded = added('x'.repeat(2000), 'nsfw');
  expect(crowded).toHaveLength(2000);
  expect(crowded).toMatch(/x, nsfw$/);
});

it('words that an older version left at the end are not added again; a longer word that ends alike is another one', () => {
  expect(added('fog, nsfw', 'nsfw')).toBe('fog, nsfw');
  expect(added('nsfw', 'nsfw')).toBe('nsfw');
  expect(added('semi-nude', 'nude')).toBe('semi-nude, nude');
  expect(withoutServerNegative('semi-nude', 'nude')).toBe('semi-nude');
});

it('taken off again, the member’s words are left, of cells as well', () => {
  for (const own of ['', 'fog', 'fog, rain']) {
    const asked = asAsked(jobWith(own, 'nsfw, nude'));
    expect(asked.request.negativePrompt).toBe(own);
    expect(asked).not.toHaveProperty('serverNegative');
  }
  const plot = { columns: ['a', 'b'], rows: [''], cells: [{ negativePrompt: 'ink' }, { steps: 9 }] };
  const request = addServerNegative({ ...requestWith('fog'), plot }, 'nsfw');
  expect(request.plot?.cells).toEqual([{ negativePrompt: 'ink, nsfw' }, { steps: 9 }]);
  expect(asAsked({ ...testJob(), request, serverNegative: 'nsfw' }).request.plot?.cells).toEqual(plot.cells);
});

it('a job of an older version says nothing of it and stays as it is', () => {
  const older = { ...testJob(), request: requestWith('fog, nsfw') };
  expect(asAsked(older)).toBe(older);
});
