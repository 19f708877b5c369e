import { describe, expect, test } from 'vitest';
import { pictureAttacks } from '../../src/bench/picture-attacks.ts';
import {
  croppingAttacks,
  type KindReport,
  nearDuplicateAttacks,
  nearDuplicateFaults,
} from '../../src/proofs/near-duplicates.ts';

const kind = (change: Partial<KindReport>): KindReport => ({
  kind: 'drawings',
  pictures: 20,
  found: Object.fromEntries(nearDuplicateAttacks.map((name) => [name, croppingAttacks.includes(name) ? 0 : 1])),
  cosines: {},
  mistaken: 0,
  pairs: 3160,
  alikeAbove: {},
  ...change,
});
const faults = (change: Partial<KindReport>) => nearDuplicateFaults({ model: 'm', kinds: [kind(change)] });

describe('the proof of near-duplicates', () => {
  test('attacks that exist', () => {
    const known = pictureAttacks.map(({ name }) => name);
    for (const name of nearDuplicateAttacks) expect(known).toContain(name);
    expect(croppingAttacks).toHaveLength(2);
  });

  test('is contradicted by copies that are missed and by others that are taken for copies, not by crops', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ found: { 'JPEG 60': 0.9 } })).toEqual(['drawings: 90 % found after JPEG 60']);
    expect(faults({ mistaken: 7 })).toEqual(['drawings: 7 of 3160 different pictures taken for copies']);
  });
});
