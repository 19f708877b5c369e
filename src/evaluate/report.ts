// The evaluation as a table for the model card and a curve: CLIP score against Fréchet distance, one point per guidance scale.

import { type Attribute, attributes } from './attribute-classifier.ts';
import type { Evaluation, EvaluationRow } from './run-evaluation.ts';

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

export function formatEvaluation({ rows, floor }: Pick<Evaluation, 'rows' | 'floor'>): string {
  const head = ['guidance', 'pictures', 'CLIP score', 'Fréchet', ...attributes, 'withheld'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => [
    String(row.guidanceScale),
    String(row.pictures),
    row.clipScore.toFixed(3),
    row.frechet.toFixed(4),
    ...attributes.map((name) => percent(row.accuracy[name])),
    String(row.withheld),
  ]);
  const found = (accuracy: Readonly<Record<Attribute, number>>) => attributes.map((name) => percent(accuracy[name]));
  const bounds = [
    ['drawings', '', floor.clipScore.toFixed(3), floor.frechet.toFixed(4), ...found(floor.classifier), ''],
  ];
  if (floor.throughAutoencoder)
    bounds.push(['drawings, through the autoencoder', '', '', '', ...found(floor.throughAutoencoder), '']);
  return [head, head.map(() => '---'), ...body, ...bounds].map(line).join('\n');
}

/** An SVG of 640x420 without fonts of its own: numbers stand beside the points. */
export function paretoCurve(rows: readonly EvaluationRow[]): string {
  const points = rows.filter((row) => Number.isFinite(row.frechet));
  const [left, top, width, height] = [70, 30, 530, 320];
  const range = (values: number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const pad = (high - low || Math.abs(high) || 1) * 0.12;
    return [low - pad, high + pad] as const;
  };
  const [x0, x1] = range(points.map((row) => row.clipScore));
  const [y0, y1] = range(points.map((row) => row.frechet));
  const x = (value: number) => left + ((value - x0) / (x1 - x0)) * width;
  const y = (value: number) => top + height - ((value - y0) / (y1 - y0)) * height;
  const label = (at: number, down: number, text: string, anchor = 'middle') =>
    `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
  const path = points
    .map((row, i) => `${i === 0 ? 'M' : 'L'}${x(row.clipScore).toFixed(1)} ${y(row.frechet).toFixed(1)}`)
    .join(' ');
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 420" font-family="sans-serif" font-size="12" fill="#333">',
    '<rect width="640" height="420" fill="#fff"/>',
    `<path d="M${left} ${top} V${top + height} H${left + width}" fill="none" stroke="#999"/>`,
    `<path d="${path}" fill="none" stroke="#5865f2" stroke-width="2"/>`,
    ...points.map(
      (row) =>
        `<circle cx="${x(row.clipScore).toFixed(1)}" cy="${y(row.frechet).toFixed(1)}" r="4" fill="#5865f2"/>${label(x(row.clipScore), y(row.frechet) - 9, String(row.guidanceScale))}`,
    ),
    label(left, top + height + 18, x0.toFixed(3)),
    label(left + width, top + height + 18, x1.toFixed(3)),
    label(left - 8, top + height, y0.toFixed(3), 'end'),
    label(left - 8, top + 10, y1.toFixed(3), 'end'),
    label(left + width / 2, 400, 'CLIP score (higher is better); points are guidance scales'),
    label(left, 18, 'Fréchet distance (lower is better)', 'start'),
    '</svg>',
  ].join('\n');
}
