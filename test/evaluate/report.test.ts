import { describe, expect, it } from 'vitest';
import { formatEvaluation, paretoCurve } from '../../src/evaluate/report.ts';
import type { EvaluationRow } from '../../src/evaluate/run-evaluation.ts';

const accuracy = { thing: 0.91, colour: 0.9, sky: 0.92, ground: 0.93, style: 0.85, number: 0.75 };
const row = (guidanceScale: number, clipScore: number, frechet: number): EvaluationRow => ({
  guidanceScale,
  pictures: 100,
  clipScore,
  frechet,
  accuracy,
  withheld: 0,
});

describe('the evaluation report', () => {
  it('shows a line per guidance scale and the drawings as the floor', () => {
    const table = formatEvaluation({
      rows: [row(1.5, 0.3, 0.2), row(4, 0.35, 0.1)],
      floor: { frechet: 0.01, clipScore: 0.4, classifier: accuracy },
    });
    expect(table.split('\n')).toHaveLength(5);
    expect(table).toContain('| 4 | 100 | 0.350 | 0.1000 | 91 % | 90 % | 92 % | 93 % | 85 % | 75 % | 0 |');
    expect(table).toContain('| drawings |');
  });

  it('says what the classifier finds in drawings through the autoencoder, the most that any generator can reach', () => {
    const behind = { ...accuracy, thing: 0.65 };
    const table = formatEvaluation({
      rows: [row(4, 0.35, 0.1)],
      floor: { frechet: 0.01, clipScore: 0.4, classifier: accuracy, throughAutoencoder: behind },
    });
    expect(table.split('\n').at(-1)).toBe(
      '| drawings, through the autoencoder |  |  |  | 65 % | 90 % | 92 % | 93 % | 85 % | 75 % |  |',
    );
  });

  it('draws one point per scale that could be measured', () => {
    const svg = paretoCurve([row(1.5, 0.3, 0.2), row(4, 0.35, 0.1), row(8, 0.36, Number.NaN)]);
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
  });
});
