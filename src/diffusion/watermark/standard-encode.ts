// Writes the reference payload where the reference decoder looks for it, without the reference encoder's faults: only chosen blocks
// are touched, the inverse is exact, colours are rounded and kept in range. The decoder lets all blocks of a bit vote, so that a
// clear majority is enough: the cheapest blocks are turned, and what that saves is spent on robustness, by shifting whole blocks
// (chroma subsampling and JPEG keep a block's mean, while they erase the single coefficient that the reference moves).

import type { RgbPixels } from '../rgb-pixels.ts';
import { bluePerU, clampByte, greenPerU, rgbToU } from './colour.ts';
import { haarAverage } from './haar.ts';
import {
  bitOf,
  blockSide,
  carrierOf,
  forEachBlock,
  isTooSmallForReference,
  quantum,
  type ReferenceMethod,
  strongestIndex,
} from './reference-format.ts';
import { topSingularTriple } from './svd.ts';

const count = blockSide * blockSide;
/** Share of a bit's blocks that must vote right after marking. */
const majority = 0.65;
/** Distance that a carrier keeps from the border between two bits, in units of the average band; the most that fits is 9. */
const margin = 4;
/** Lead of the strongest coefficient over the others, so that the decoder looks at the right one. */
const lead = 4;
/** What shifting blocks may cost: mean square of the change of the average band, per coefficient of it. */
const shiftBudget = 2;

interface Block {
  readonly bit: number;
  readonly start: number;
  readonly values: Float64Array;
  readonly isRight: boolean;
}

interface Plan {
  readonly block: Block;
  readonly change: Float64Array;
  /** Sum of squares of `change`. */
  readonly cost: number;
}

/** -1: only down, 1: only up, 0: whichever is cheaper. */
type Direction = -1 | 0 | 1;

/** A marked copy, or 'size_limit' below 65,536 pixels. Rows and columns beyond a multiple of four stay untouched. */
export function encodeStandard(
  pixels: RgbPixels,
  bits: ArrayLike<number>,
  method: ReferenceMethod = 'dwtDct',
): RgbPixels | 'size_limit' {
  const { width, height } = pixels;
  if (isTooSmallForReference(width, height)) return 'size_limit';
  const marked = { width, height, data: pixels.data.slice() };
  const band = { width: (width & ~3) >> 1, height: (height & ~3) >> 1 };
  // The later passes mend bits whose colours were out of range for the first, by moving blocks only down, then only up.
  for (const direction of [0, -1, 1] as const) {
    const groups: Block[][] = Array.from({ length: bits.length }, () => []);
    const average = haarAverage(rgbToU(marked), width, band.width * 2, band.height * 2);
    forEachBlock(average, band.width, band.height, (values, start, number) => {
      const bit = bits[number % bits.length]!;
      const isRight = bitOf(carrierOf(values, method)) === bit;
      groups[number % bits.length]!.push({ bit, start, values: values.slice(), isRight });
    });
    const plans = method === 'dwtDct' ? planVotes(groups, direction) : planSingularValues(groups, direction);
    if (direction !== 0 && plans.length === 0) break;
    for (const { block, change } of plans) {
      const left = (block.start % band.width) * 2;
      const top = Math.floor(block.start / band.width) * 2;
      for (let i = 0; i < count; i++) {
        if (change[i] !== 0) moveU(marked, left + 2 * (i & 3), top + 2 * (i >> 2), change[i]! / 2);
      }
    }
  }
  return marked;
}

/** First the cheapest changes that give every bit its majority, then, within the budget, the cheapest shifts. */
function planVotes(groups: readonly Block[][], direction: Direction): Plan[] {
  const chosen: Plan[] = [];
  const shifts: Plan[] = [];
  for (const group of groups) {
    const right = group.filter((block) => block.isRight);
    const missing = Math.max(0, Math.ceil(majority * group.length) - right.length);
    if (direction !== 0 && missing === 0) continue;
    const wrong = group.filter((block) => !block.isRight).map((block) => cheapestPlan(block, direction));
    wrong.sort((a, b) => a.cost - b.cost);
    chosen.push(...wrong.slice(0, missing));
    shifts.push(...right.map(shiftPlan), ...wrong.slice(missing).map(({ block }) => shiftPlan(block)));
  }
  if (direction !== 0) return chosen;
  const blocks = groups.reduce((sum, group) => sum + group.length, 0);
  let budget = shiftBudget * count * blocks;
  shifts.sort((a, b) => a.cost - b.cost);
  for (const shift of shifts) {
    budget -= shift.cost;
    if (budget < 0) break;
    if (shift.cost > 0) chosen.push(shift);
  }
  return chosen;
}

function cheapestPlan(block: Block, direction: Direction): Plan {
  const single = singlePlan(block, direction);
  if (direction !== 0) return single;
  const shift = shiftPlan(block);
  return shift.cost <= single.cost ? shift : single;
}

/** The least shift of the whole block that brings its carrier `margin` inside the half quantum that means the bit. */
function shiftPlan(block: Block): Plan {
  const at = strongestIndex(block.values);
  const distance = nearestCarrier(Math.abs(block.values[at]!), block.bit) - Math.abs(block.values[at]!);
  const slack = quantum / 4 - margin;
  const move = Math.abs(distance) <= slack ? 0 : distance - Math.sign(distance) * slack;
  const change = new Float64Array(count).fill(block.values[at]! < 0 ? -move : move);
  return { block, change, cost: count * move * move };
}

/** Moves the strongest coefficient alone, and those others that would then be stronger. */
function singlePlan(block: Block, direction: Direction): Plan {
  const { values, bit } = block;
  const at = strongestIndex(values);
  const value = Math.abs(values[at]!);
  const nearest = nearestCarrier(value, bit);
  let best: Plan = { block, change: new Float64Array(count), cost: Number.POSITIVE_INFINITY };
  for (const target of [nearest - quantum, nearest, nearest + quantum]) {
    if (target < 0 || (direction !== 0 && Math.sign(target - value) !== direction)) continue;
    const change = new Float64Array(count);
    let cost = 0;
    for (let i = 1; i < count; i++) {
      const magnitude = Math.abs(values[i]!);
      const wanted = i === at ? target : Math.min(magnitude, target - lead);
      change[i] = (values[i]! < 0 ? -1 : 1) * (wanted - magnitude);
      cost += (wanted - magnitude) ** 2;
    }
    if (cost < best.cost) best = { block, change, cost };
  }
  return best;
}

/** Every block gets its bit: the largest singular value moves to the nearest fitting value along its own two vectors. */
function planSingularValues(groups: readonly Block[][], direction: Direction): Plan[] {
  return groups.flat().flatMap((block) => {
    if (direction !== 0 && block.isRight) return [];
    const { value, u, v } = topSingularTriple(block.values);
    let move = nearestCarrier(value, block.bit) - value;
    if (direction !== 0 && Math.sign(move) !== direction) move += direction * quantum;
    const change = Float64Array.from({ length: count }, (_, i) => move * u[i >> 2]! * v[i & 3]!);
    return [{ block, change, cost: move * move }];
  });
}

/** The value nearest to `value` that lies in the middle of a half quantum meaning `bit`. */
function nearestCarrier(value: number, bit: number): number {
  const phase = 0.25 + 0.5 * bit;
  return (Math.round(value / quantum - phase) + phase) * quantum;
}

/** Changes U of a 2x2 patch by `levels`. Y and V stay, unless blue runs out of range: then all three colours give way together. */
function moveU({ data, width }: RgbPixels, x: number, y: number, levels: number): void {
  for (const p of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1]) {
    const blue = data[3 * p + 2]! + bluePerU * levels;
    const retreat = clampByte(blue) - blue;
    if (retreat !== 0) data[3 * p] = clampByte(Math.round(data[3 * p]! + retreat));
    data[3 * p + 1] = clampByte(Math.round(data[3 * p + 1]! + greenPerU * levels + retreat));
    data[3 * p + 2] = clampByte(Math.round(blue));
  }
}
