// Test pictures for measuring marks: drawn from a seed, so that a table can be repeated anywhere without shipping photographs.
// Eight families, from flat drawings and print to fractal textures, because marks fail on different ones for different reasons.

import type { RgbPixels } from '../diffusion/rgb-pixels.ts';

export const pictureFamilies = [
  'landscape',
  'portrait',
  'texture',
  'drawing',
  'print',
  'night',
  'haze',
  'still-life',
] as const;
export type PictureFamily = (typeof pictureFamilies)[number];

type Colour = readonly [number, number, number];
type Random = () => number;

/** Seeded picture; the family cycles with the seed unless given. */
export function proceduralPicture(
  seed: number,
  width: number,
  height: number,
  family: PictureFamily = pictureFamilies[seed % pictureFamilies.length] ?? 'texture',
): RgbPixels {
  const random = mulberry(seed * 2654435761 + 97);
  const canvas = new Canvas(width, height, seed);
  painters[family](canvas, random);
  return canvas.toPixels(random);
}

/** The generator of Tommy Ettinger's "mulberry32": small, seeded, uniform in [0, 1). */
export function mulberry(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const painters: Record<PictureFamily, (canvas: Canvas, random: Random) => void> = {
  landscape(canvas, random) {
    canvas.gradient(mix(random, [90, 140, 210], 40), mix(random, [235, 210, 180], 30));
    canvas.noise(0.15 + 0.2 * random(), 3, 14);
    for (let i = 0; i < 3; i++)
      canvas.hills(0.35 + 0.2 * i + 0.1 * random(), mix(random, [60, 110, 60], 50), 25 + 12 * i);
  },
  portrait(canvas, random) {
    canvas.gradient(anyColour(random), anyColour(random));
    const skin = mix(random, [205, 160, 130], 45);
    canvas.ellipse(0.5, 1.05, 0.42, 0.4, anyColour(random), 0.02, 8);
    canvas.ellipse(0.5, 0.4, 0.24, 0.32, mix(random, [70, 50, 40], 40), 0.03, 22);
    canvas.ellipse(0.5, 0.46, 0.17, 0.23, skin, 0.04, 4);
    canvas.ellipse(0.43, 0.42, 0.025, 0.015, [30, 30, 35], 0.01, 2);
    canvas.ellipse(0.57, 0.42, 0.025, 0.015, [30, 30, 35], 0.01, 2);
    canvas.ellipse(0.5, 0.57, 0.06, 0.015, [160, 70, 70], 0.01, 2);
  },
  texture(canvas, random) {
    canvas.gradient(anyColour(random), anyColour(random));
    canvas.noise(0.1, 6, 45 + 40 * random());
  },
  drawing(canvas, random) {
    canvas.gradient(mix(random, [230, 225, 215], 20), mix(random, [230, 225, 215], 20));
    for (let i = 0; i < 14; i++) {
      canvas.ellipse(random(), random(), 0.05 + 0.2 * random(), 0.05 + 0.2 * random(), anyColour(random), 0.002, 0);
    }
  },
  print(canvas, random) {
    canvas.gradient([252, 252, 250], [246, 246, 244]);
    for (let line = 0; line < 26; line++) {
      let x = 0.06;
      while (x < 0.9 - 0.2 * random()) {
        const word = 0.006 + 0.006 * random();
        canvas.box(x, 0.05 + line * 0.035, word, 0.012 + 0.006 * random(), [25, 25, 30]);
        x += word + 0.004 + 0.008 * random();
      }
    }
  },
  night(canvas, random) {
    canvas.gradient([4, 6, 18], mix(random, [30, 20, 40], 15));
    canvas.noise(0.2, 4, 6);
    for (let i = 0; i < 40; i++) {
      const r = 0.004 + 0.03 * random() * random();
      canvas.ellipse(random(), 0.3 + 0.7 * random(), r, r, mix(random, [240, 200, 120], 60), 0.02, 0);
    }
  },
  haze(canvas, random) {
    canvas.gradient(mix(random, [200, 200, 210], 40), mix(random, [170, 180, 200], 40));
    canvas.noise(0.5, 2, 12);
  },
  'still-life'(canvas, random) {
    canvas.gradient(anyColour(random), anyColour(random));
    canvas.hills(0.65, anyColour(random), 12);
    for (let i = 0; i < 6; i++) {
      canvas.ellipse(
        0.1 + 0.8 * random(),
        0.5 + 0.3 * random(),
        0.08 + 0.08 * random(),
        0.1,
        anyColour(random),
        0.01,
        18 * random(),
      );
    }
  },
};

class Canvas {
  readonly width: number;
  readonly height: number;
  private readonly samples: Float32Array;
  private readonly seed: number;
  private layer = 0;

  constructor(width: number, height: number, seed: number) {
    this.width = width;
    this.height = height;
    this.seed = seed;
    this.samples = new Float32Array(width * height * 3);
  }

  gradient(top: Colour, bottom: Colour): void {
    this.each((_x, y, colour) => {
      for (let c = 0; c < 3; c++) colour[c] = (top[c] ?? 0) + ((bottom[c] ?? 0) - (top[c] ?? 0)) * y;
      return 1;
    });
  }

  /** Fractal noise: `base` is the size of the largest cell as a share of the picture, amplitude in levels. */
  noise(base: number, octaves: number, amplitude: number): void {
    const [first, second, third] = [this.nextField(), this.nextField(), this.nextField()];
    const { width, height, samples } = this;
    for (let j = 0, p = 0; j < height; j++) {
      const y = (j + 0.5) / height / base;
      for (let i = 0; i < width; i++, p += 3) {
        const x = (i + 0.5) / width / base;
        const common = fractal(first, x, y, octaves);
        const shift = (own: number) => (0.75 * common + 0.25 * own) * amplitude;
        samples[p] = (samples[p] ?? 0) + shift(common);
        samples[p + 1] = (samples[p + 1] ?? 0) + shift(fractal(second, x, y, octaves));
        samples[p + 2] = (samples[p + 2] ?? 0) + shift(fractal(third, x, y, octaves));
      }
    }
  }

  hills(level: number, colour: Colour, roughness: number): void {
    const line = this.nextField();
    const grain = this.nextField();
    const edges = Float64Array.from(
      { length: this.width },
      (_, i) => level + 0.12 * fractal(line, ((i + 0.5) / this.width) * 3, 0.5, 5),
    );
    this.each((x, y, painted, i) => {
      const cover = smooth((y - (edges[i] ?? 0)) / 0.003);
      if (cover > 0) shaded(painted, colour, roughness * fractal(grain, x * 12, y * 12, 5));
      return cover;
    });
  }

  /** Centre, radii and edge softness as shares of the picture; grain in levels. */
  ellipse(cx: number, cy: number, rx: number, ry: number, colour: Colour, softness: number, grain: number): void {
    const field = this.nextField();
    const box = { left: cx - 2 * rx, right: cx + 2 * rx, top: cy - 2 * ry, bottom: cy + 2 * ry };
    this.each((x, y, painted) => {
      const [across, down] = [(x - cx) / rx, (y - cy) / ry];
      const distance = Math.hypot(across, down);
      if (distance > 1.6) return 0;
      const cover = smooth(((1 - distance) * Math.min(rx, ry)) / Math.max(softness, 1 / this.width));
      if (cover <= 0) return 0;
      const light = 26 * (0.5 - across / 2 - down / 2) - 13;
      const shade = (grain > 0 ? grain * fractal(field, x * 16, y * 16, 5) : 0) + (softness > 0.005 ? light : 0);
      shaded(painted, colour, shade);
      return cover;
    }, box);
  }

  box(x0: number, y0: number, w: number, h: number, colour: Colour): void {
    for (let y = Math.round(y0 * this.height); y < Math.min(this.height, Math.round((y0 + h) * this.height)); y++) {
      for (let x = Math.round(x0 * this.width); x < Math.min(this.width, Math.round((x0 + w) * this.width)); x++) {
        this.samples.set(colour, 3 * (y * this.width + x));
      }
    }
  }

  /** Rounds to 8 bit with a little sensor grain on half of the seeds. */
  toPixels(random: Random): RgbPixels {
    const grain = (this.seed >> 3) % 2 === 0 ? 0.6 : 2.5;
    const { width, height, samples } = this;
    const data = new Uint8Array(samples.length);
    for (let i = 0; i < data.length; i++)
      data[i] = Math.max(0, Math.min(255, Math.round((samples[i] ?? 0) + grain * (random() + random() - 1))));
    return { width, height, data };
  }

  /** Asks `paint` for the colour of every point in the box (shares of the picture; default: all of it), and how much of it covers what is there. */
  private each(
    paint: (x: number, y: number, colour: Float64Array, column: number) => number,
    box = { left: 0, right: 1, top: 0, bottom: 1 },
  ): void {
    const { width, height, samples } = this;
    const colour = new Float64Array(3);
    const [left, right] = [Math.max(0, Math.floor(box.left * width)), Math.min(width, Math.ceil(box.right * width))];
    const [top, bottom] = [Math.max(0, Math.floor(box.top * height)), Math.min(height, Math.ceil(box.bottom * height))];
    for (let j = top; j < bottom; j++) {
      for (let i = left, p = 3 * (j * width + left); i < right; i++, p += 3) {
        const cover = paint((i + 0.5) / width, (j + 0.5) / height, colour, i);
        if (cover <= 0) continue;
        for (let c = 0; c < 3; c++) samples[p + c] = (samples[p + c] ?? 0) * (1 - cover) + (colour[c] ?? 0) * cover;
      }
    }
  }

  private nextField(): number {
    this.layer++;
    return this.seed * 131 + this.layer * 7919;
  }
}

const smooth = (t: number): number => Math.max(0, Math.min(1, t + 0.5));
function shaded(into: Float64Array, colour: Colour, shade: number): void {
  for (let c = 0; c < 3; c++) into[c] = (colour[c] ?? 0) + shade;
}
const anyColour = (random: Random): Colour => [30 + 200 * random(), 30 + 200 * random(), 30 + 200 * random()];
const mix = (random: Random, base: Colour, spread: number): Colour => [
  base[0] + spread * (random() - 0.5) * 2,
  base[1] + spread * (random() - 0.5) * 2,
  base[2] + spread * (random() - 0.5) * 2,
];

/** Sum of octaves of value noise, each half the size and half as strong; about -1 to 1. */
function fractal(seed: number, x: number, y: number, octaves: number): number {
  let sum = 0;
  let amplitude = 1;
  let scale = 1;
  for (let i = 0; i < octaves; i++) {
    sum += amplitude * valueNoise(seed + i * 101, x * scale, y * scale);
    amplitude *= 0.55;
    scale *= 2;
  }
  return sum;
}

function valueNoise(seed: number, x: number, y: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const fx = (x - i) ** 2 * (3 - 2 * (x - i));
  const fy = (y - j) ** 2 * (3 - 2 * (y - j));
  const top = lattice(seed, i, j) * (1 - fx) + lattice(seed, i + 1, j) * fx;
  const bottom = lattice(seed, i, j + 1) * (1 - fx) + lattice(seed, i + 1, j + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** A hash of a lattice point, -1 to 1. */
function lattice(seed: number, i: number, j: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(i, 0xc2b2ae35) ^ Math.imul(j, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2147483648 - 1;
}
