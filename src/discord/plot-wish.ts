// A grid of one or two parameters over a few values: the base request from the words, one cell per pair of values. Pure.

import { samplers } from '../diffusion/samplers/index.ts';
import { hardLimits, maxSeed, type Plot } from '../jobs/paint-request.ts';
import { findStyle, withStyle } from '../prompt/styles.ts';
import type { Ground } from './behaviour.ts';
import type { Wish } from './imagine-wish.ts';
import { samplerNamed } from './picture-settings.ts';
import { type Refusal, refuse } from './refusal.ts';

export const plotParameters = ['steps', 'guidance', 'sampler', 'seed', 'style'] as const;
export type PlotParameter = (typeof plotParameters)[number];

export interface Axis {
  readonly parameter: PlotParameter;
  /** As typed: values with commas between. */
  readonly values: string;
}

type Cell = Plot['cells'][number];
interface Value {
  readonly label: string;
  readonly cell: Cell;
}

function numberOf(text: string, min: number, max: number, whole: boolean): number | null {
  if (!/^\d+(\.\d+)?$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : null;
}

/** A label's word as the sheet's letters can draw it: without its accents, in English where that does not help. */
export function drawable(word: string, english: string): string {
  const plain = word.replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');
  return /^[\x20-\x7e]+$/.test(plain) ? plain : english;
}

/** Null for a value that the parameter does not take. */
function readValue(ground: Ground, words: Wish, parameter: PlotParameter, text: string): Value | null {
  const { job, plot } = ground.texts;
  const named = (part: 'steps' | 'guidance' | 'seed', value: number) => `${drawable(job.parts[part], part)} ${value}`;
  const { limits, styles } = ground.installation;
  const { steps, guidanceScale } = hardLimits;
  switch (parameter) {
    case 'steps': {
      const value = numberOf(text, steps.min, limits.maxSteps, true);
      return value === null ? null : { label: named('steps', value), cell: { steps: value } };
    }
    case 'guidance': {
      const value = numberOf(text, guidanceScale.min, guidanceScale.max, false);
      return value === null ? null : { label: named('guidance', value), cell: { guidanceScale: value } };
    }
    case 'seed': {
      const value = numberOf(text, 0, maxSeed, true);
      return value === null ? null : { label: named('seed', value), cell: { seed: value } };
    }
    case 'sampler': {
      const id = samplerNamed(text);
      return id === null ? null : { label: samplers[id].label, cell: { sampler: id } };
    }
    case 'style': {
      if (/^(none|-)$/i.test(text)) return { label: drawable(plot.noStyle, 'no style'), cell: {} };
      const style = findStyle(styles, text);
      return style === null ? null : { label: style.name, cell: withStyle(words, style) };
    }
  }
}

const takes = (ground: Ground, parameter: PlotParameter): string =>
  ({
    steps: `1–${ground.installation.limits.maxSteps}`,
    guidance: `${hardLimits.guidanceScale.min}–${hardLimits.guidanceScale.max}`,
    seed: `0–${maxSeed}`,
    sampler: 'euler, ddim, dpmpp-2m-karras …',
    style: ground.installation.styles
      .slice(0, 5)
      .map((style) => style.name)
      .concat('…')
      .join(', '),
  })[parameter];

function readAxis(ground: Ground, words: Wish, { parameter, values }: Axis): readonly Value[] | Refusal {
  const { texts } = ground;
  const parts = values
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length > hardLimits.plot.perAxis) return refuse(texts.plot.tooManyValues(hardLimits.plot.perAxis));
  const read: Value[] = [];
  for (const part of parts) {
    const value = readValue(ground, words, parameter, part);
    if (!value) return refuse(texts.plot.value(part.slice(0, 40).replace(/`/g, 'ˋ'), takes(ground, parameter)));
    read.push(value);
  }
  return read.length > 0 ? read : refuse(texts.plot.noValues);
}

/** More pixels than sixteen of the model's own size would not fit into one message. */
const mostPixels = (ground: Ground) => hardLimits.plot.cells * ground.installation.model.nativeSize ** 2;

/** @returns the plot, or why its values cannot be read */
export function readPlot(ground: Ground, words: Wish, x: Axis, y: Axis | null): Plot | Refusal {
  const { texts } = ground;
  if (y?.parameter === x.parameter) return refuse(texts.plot.sameTwice);
  const across = readAxis(ground, words, x);
  if ('refuse' in across) return across;
  const down: readonly Value[] | Refusal = y ? readAxis(ground, words, y) : [{ label: '', cell: {} }];
  if ('refuse' in down) return down;
  const count = across.length * down.length;
  const most = Math.min(hardLimits.plot.cells, Math.floor(mostPixels(ground) / (words.width * words.height)));
  if (count > most) return refuse(texts.plot.tooManyCells(count, most));
  return {
    columns: across.map((value) => value.label.slice(0, 40)),
    rows: down.map((value) => value.label.slice(0, 40)),
    cells: down.flatMap((row) => across.map((column) => ({ ...row.cell, ...column.cell }))),
  };
}
