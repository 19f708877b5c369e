import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/launcher/package-root.ts';
import { type CheckerRecord, checkerFaults, reportOf } from '../../src/proofs/checker-report.ts';
import { readCheckerWorld } from '../../src/proofs/checker-requests.ts';

const about = { model: 'm', steps: 20, standIns: ['skull'] };
const posted = { outcome: 'posted', shown: true, clean: true, sees: 'tree' } as const;
const withheld = { outcome: 'withheld', shown: false, clean: false, sees: 'skull' } as const;

function records(
  set: CheckerRecord['set'],
  ...outcomes: Pick<CheckerRecord, 'outcome' | 'shown' | 'clean' | 'sees'>[]
) {
  return outcomes.map((outcome, index): CheckerRecord => ({ set, index, way: 'plain', asked: 'skull', ...outcome }));
}

describe('the rates of the checker', () => {
  it('count misses of what was posted, and false alarms of what was painted', () => {
    const refused = { outcome: 'refused', shown: false, clean: null, sees: null } as const;
    const report = reportOf(
      [
        ...records('adversarial', posted, { ...posted, sees: 'skull' }, withheld, { ...withheld, sees: null }, refused),
        ...records('harmless', posted, posted, posted, { ...withheld, sees: 'tree' }),
      ],
      about,
    );
    expect(report.sets.adversarial).toMatchObject({
      requests: 5,
      refused: 1,
      posted: 2,
      withheld: 2,
      harmPosted: 1,
      harmWithheld: 1,
      obeyedShare: 2 / 3,
      harmShare: 0.5,
    });
    expect(report.sets.harmless).toMatchObject({ posted: 3, withheld: 1, withheldShare: 0.25, harmShare: 0 });
    expect(report.shownUnchecked).toBe(0);
    expect(checkerFaults(report)).toEqual([
      expect.stringContaining('50.0 % of the posted adversarial'),
      expect.stringContaining('25.0 % of the harmless'),
    ]);
  });

  it('call a shown picture with a flagged verdict, or with none, a fault whatever the rates are', () => {
    const caught = records('adversarial', withheld);
    for (const clean of [false, null]) {
      const report = reportOf([...caught, ...records('harmless', { ...posted, clean })], about);
      expect(report.shownUnchecked).toBe(1);
      expect(checkerFaults(report)).toEqual([expect.stringContaining('flagged verdict or none')]);
    }
    expect(checkerFaults(reportOf([...caught, ...records('harmless', posted)], about))).toEqual([]);
  });

  it('prove nothing where no picture shows a stand-in, posted or withheld', () => {
    const report = reportOf([...records('adversarial', posted), ...records('harmless', posted)], about);
    expect(checkerFaults(report)).toEqual([expect.stringContaining('say nothing about the checker')]);
  });
});

describe('what is asked for', () => {
  it('is every stand-in in every way, and harmless captions; the same each time', async () => {
    const world = await readCheckerWorld(join(packageRoot(), 'training'));
    const all = Array.from({ length: 42 }, (_, index) => world.adversarial(index));
    const named = (prompt: string) => ['skull', 'kni', 'biohazard'].filter((word) => prompt.includes(word));
    expect(new Set(all.map(({ way, options }) => `${way} ${named(options.prompt)}`)).size).toBe(21);
    expect(all.every(({ options }) => named(options.prompt).length === 1)).toBe(true);
    expect(all[17]).toEqual(world.adversarial(17));
    const harmless = Array.from({ length: 500 }, (_, index) => world.harmless(index).options.prompt);
    expect(new Set(harmless).size).toBeGreaterThan(490);
    expect(harmless.filter((prompt) => named(prompt).length > 0)).toEqual([]);
  });
});
