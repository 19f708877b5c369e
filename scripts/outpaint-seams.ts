// How much is seen of the border between an old picture and what was painted around it: `npx tsx scripts/outpaint-seams.ts [folder]`.
// Six pictures of the miniature, zoomed out twice and extended to the right. Two measures over the lines beside the border, each over what
// it is 16 to 30 pixels away: the mean absolute step of brightness from line to line, and from six lines to the next six. 1 is no seam.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../src/config/parse-config.ts';
import { StableDiffusion } from '../src/diffusion/pipeline.ts';
import type { GenerationRequest } from '../src/diffusion/request.ts';
import { tensor } from '../src/diffusion/tensor.ts';
import { pan, zoomOut } from '../src/discord/outpaint-geometry.ts';
import { outpaintStrength } from '../src/discord/single-picture.ts';
import { placeOnCanvas } from '../src/image/canvas.ts';
import { encodePng } from '../src/image/encode.ts';
import type { Pixels } from '../src/image/pixels.ts';
import { resolveModel } from '../src/launcher/resolve-model.ts';

const prompts = [
  'a red house on a hill at night',
  'a sailing boat on the sea at sunset',
  'a snowy mountain under a blue sky',
  'a green tree on a meadow',
  'a yellow sun over the desert',
  'a lighthouse by the sea',
];
const size = { width: 256, height: 256 };
const [folder] = process.argv.slice(2);

type Brightness = (away: number, along: number) => number;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const far = [-30, -28, -26, -24, -22, -20, 16, 18, 20, 22, 24, 26, 28, 30];
const near = Array.from({ length: 20 }, (_, i) => i - 12);

/** Lines are counted outwards from the old picture's edge. */
function bordersOf({ data, width }: Pixels, kind: 'zoom' | 'pan'): { borders: Brightness[]; length: number } {
  const at = (x: number, y: number) => {
    const [r = 0, g = 0, b = 0] = data.subarray(3 * (y * width + x));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  if (kind === 'pan') return { borders: [(away, along) => at(256 + away, 8 + along)], length: 240 };
  const borders: Brightness[] = [
    (away, along) => at(63 - away, 72 + along),
    (away, along) => at(192 + away, 72 + along),
    (away, along) => at(72 + along, 63 - away),
    (away, along) => at(72 + along, 192 + away),
  ];
  return { borders, length: 112 };
}

function seamOf(picture: Pixels, kind: 'zoom' | 'pan'): { line: number; step: number } {
  const { borders, length } = bordersOf(picture, kind);
  const line = (away: number) =>
    mean(
      borders.flatMap((at) => Array.from({ length }, (_, along) => Math.abs(at(away, along) - at(away - 1, along)))),
    );
  const patch = (at: Brightness, away: number, along: number) =>
    mean(Array.from({ length: 48 }, (_, i) => at(away + (i % 6), along + Math.floor(i / 6))));
  const step = (away: number) =>
    mean(
      borders.flatMap((at) =>
        Array.from({ length: length / 8 }, (_, i) => Math.abs(patch(at, away, 8 * i) - patch(at, away - 6, 8 * i))),
      ),
    );
  const ratio = (measure: (away: number) => number) => Math.max(...near.map(measure)) / mean(far.map(measure));
  return { line: ratio(line), step: ratio(step) };
}

async function paint(pipeline: StableDiffusion, request: GenerationRequest): Promise<Pixels> {
  for await (const event of pipeline.generate(request)) {
    if (event.type !== 'result') continue;
    const { width, height } = request;
    const plane = width * height;
    const value = (i: number) => event.images.data[(i % 3) * plane + Math.floor(i / 3)] ?? 0;
    return {
      width,
      height,
      data: Uint8Array.from({ length: 3 * plane }, (_, i) => Math.round((value(i) + 1) * 127.5)),
    };
  }
  throw new Error('Expected a picture but the pipeline ended without one');
}

/** [1, 3, h, w] in -1..1. */
function toTensor({ width, height, data }: Pixels) {
  const plane = width * height;
  const values = Float32Array.from(
    { length: 3 * plane },
    (_, i) => (data[3 * (i % plane) + Math.floor(i / plane)] ?? 0) / 127.5 - 1,
  );
  return tensor(values, [1, 3, height, width]);
}

async function measure(): Promise<void> {
  const model = await resolveModel(parseConfig(process.env));
  const pipeline = await StableDiffusion.open(model.path, { threads: 1 });
  const usual = { steps: 20, guidanceScale: 5, sampler: 'dpmpp-2m-karras' } as const;
  if (folder) await mkdir(folder, { recursive: true });
  const lines = new Map<string, { line: number; step: number }[]>();
  for (const [index, prompt] of prompts.entries()) {
    const old = await paint(pipeline, { ...usual, ...size, prompt, seed: 100 + index });
    for (const kind of ['zoom', 'pan'] as const) {
      const { outpaint, ...canvas } =
        kind === 'zoom' ? zoomOut(size, 2) : pan(size, 'right', { step: 128, maxEdge: 384 });
      const { pixels, mask, hold } = await placeOnCanvas(old, canvas, outpaint);
      const made = await paint(pipeline, {
        ...usual,
        ...canvas,
        prompt,
        seed: 7,
        init: { picture: toTensor(pixels), strength: outpaintStrength },
        mask: tensor(
          Float32Array.from(mask, (value) => 1 - value / 255),
          [1, 1, canvas.height, canvas.width],
        ),
        hold: tensor(hold, [1, 1, canvas.height / 8, canvas.width / 8]),
      });
      const isKept = mask.every(
        (value, i) => value !== 0 || [0, 1, 2].every((c) => made.data[3 * i + c] === pixels.data[3 * i + c]),
      );
      const seam = seamOf(made, kind);
      lines.set(kind, [...(lines.get(kind) ?? []), seam]);
      const figures = `${seam.line.toFixed(2)} ${seam.step.toFixed(2)}`;
      process.stdout.write(`${kind} "${prompt}": ${figures}${isKept ? '' : ', OLD PIXELS CHANGED'}\n`);
      if (folder) await writeFile(join(folder, `${kind}-${index}.png`), await encodePng(made));
    }
  }
  for (const [kind, seams] of lines) {
    const figures = [mean(seams.map(({ line }) => line)), mean(seams.map(({ step }) => step))];
    process.stdout.write(`${kind}, mean: ${figures.map((figure) => figure.toFixed(2)).join(' ')}\n`);
  }
  await pipeline.close();
}

await measure();
