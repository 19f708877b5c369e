import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { samplerIds } from '../diffusion/samplers/index.ts';
import { EaselError, expected } from '../errors.ts';
import type { FinishedImage, PaintInput } from '../inference/engine.ts';
import { defaultsFor } from '../jobs/model-defaults.ts';
import { paintDefaults, startStrengths } from '../jobs/paint-request.ts';
import { type CliCommand, type CliValues, numberOption, samplerOption, textOption } from './cli-command.ts';
import { progressBar } from './progress-bar.ts';

function readSize(values: CliValues, nativeSize: number): { width: number; height: number } {
  const text = textOption(values, 'size');
  if (text === undefined) return { width: nativeSize, height: nativeSize };
  const match = /^(\d{2,4})(?:[x×](\d{2,4}))?$/i.exec(text);
  const [width, height] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || [width, height].some((edge) => edge % 8 !== 0 || edge < 64 || edge > 2048)) {
    throw new EaselError('bad-request', expected('WIDTHxHEIGHT with multiples of 8 from 64 to 2048', '--size', text));
  }
  return { width, height };
}

function fileOf(out: string, picture: FinishedImage, count: number): string {
  const extension = extname(out);
  const stem = extension ? out.slice(0, -extension.length) : out;
  const suffix = count === 1 ? '' : picture.kind === 'grid' ? '-grid' : `-${picture.index + 1}`;
  return `${stem}${suffix}.png`;
}

export const imagine: CliCommand = {
  name: 'imagine',
  summary: 'Paints a prompt into PNG files: checked, marked, with all parameters inside.',
  positionals: '<prompt>',
  options: {
    negative: { type: 'string', value: 'text', description: 'what should not be in the picture' },
    seed: {
      type: 'string',
      short: 's',
      value: '0-4294967295',
      description: 'same seed, same picture (default: random)',
    },
    steps: {
      type: 'string',
      value: '1-150',
      description: `sampling steps (default: the model's, else ${paintDefaults.steps})`,
    },
    guidance: {
      type: 'string',
      short: 'g',
      value: '1-30',
      description: `how strictly to follow the prompt (default: the model's, else ${paintDefaults.guidanceScale})`,
    },
    sampler: {
      type: 'string',
      value: 'name',
      description: `one of ${samplerIds.join(', ')} (default: the model's, else ${paintDefaults.sampler})`,
    },
    size: { type: 'string', value: 'WxH', description: "pixels, multiples of 8 (default: the model's own size)" },
    count: {
      type: 'string',
      short: 'n',
      value: '1-4',
      description: 'pictures; more than one also gives a grid (default 1)',
    },
    image: { type: 'string', value: 'file', description: 'picture to start from' },
    strength: {
      type: 'string',
      value: '0-1',
      description: `how far to go from that picture (default ${startStrengths.picture}, ${startStrengths.masked} with --mask)`,
    },
    mask: { type: 'string', value: 'file', description: 'with --image: white is repainted, black is kept' },
    'clip-skip': { type: 'string', value: '1|2', description: 'which layer of the text encoder (default 1)' },
    tile: { type: 'boolean', description: 'a seamless texture' },
    model: {
      type: 'string',
      short: 'm',
      value: 'name',
      description: 'an imported model (default: EASEL_MODEL, else the miniature)',
    },
    out: { type: 'string', short: 'o', value: 'file', description: 'where to write (default easel-<seed>.png)' },
    quiet: { type: 'boolean', short: 'q', description: 'print file names only' },
  },
  examples: [
    'easel imagine "a red house by the sea at sunset"',
    'easel imagine "a robot in the snow, pixel art" -n 4 --seed 7 --out robot.png',
  ],
  async run(context, values, positionals) {
    const prompt = positionals.join(' ').trim();
    if (!prompt) throw new EaselError('bad-request', 'Expected a prompt. See: easel imagine --help');
    const sampler = samplerOption(values);
    const count = numberOption(values, 'count', { min: 1, max: 4, whole: true }) ?? 1;
    const seed = numberOption(values, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? randomInt(2 ** 32);
    const [image, mask] = [textOption(values, 'image'), textOption(values, 'mask')];
    if (mask && !image) throw new EaselError('bad-request', 'Expected --image with --mask but received --mask alone');

    const [{ openThreadedEngine }, { resolveModel }, { engineOptions }] = await Promise.all([
      import('../inference/threaded.ts'),
      import('../launcher/resolve-model.ts'),
      import('../launcher/engine-options.ts'),
    ]);
    const name = textOption(values, 'model');
    const say = (line: string) => void (values.quiet ? undefined : console.error(line));
    const model = await resolveModel(context.config, { say, signal: context.signal, ...(name ? { name } : {}) });
    const options = engineOptions(context.config, model);
    // Loading quickly wins unless there is a lot to paint.
    const engine = await openThreadedEngine({
      ...options,
      quickLoad: count === 1,
      inform: (line) => context.logger.debug(line),
      warn: (line) => context.logger.warn(line),
    });
    try {
      const defaults = defaultsFor(engine.model.defaults);
      const input: PaintInput = {
        prompt,
        negativePrompt: textOption(values, 'negative') ?? '',
        ...readSize(values, engine.model.nativeSize),
        seed,
        count,
        steps: numberOption(values, 'steps', { min: 1, max: 150, whole: true }) ?? defaults.steps,
        guidanceScale: numberOption(values, 'guidance', { min: 1, max: 30 }) ?? defaults.guidanceScale,
        sampler: sampler ?? defaults.sampler,
        clipSkip: numberOption(values, 'clip-skip', { min: 1, max: 2, whole: true }) === 2 ? 2 : 1,
        ...(image
          ? {
              init: {
                bytes: await readFile(image),
                strength:
                  numberOption(values, 'strength', { min: 0, max: 1 }) ?? startStrengths[mask ? 'masked' : 'picture'],
              },
            }
          : {}),
        ...(mask ? { mask: await readFile(mask) } : {}),
        ...(values.tile ? { seamless: true } : {}),
        safety: { adjustment: context.config.EASEL_SAFETY_ADJUSTMENT, onFlag: 'withhold' },
        traceIds: Array.from({ length: count + 1 }, () => randomInt(2 ** 32)),
        preview: 'off',
      };
      const bar = values.quiet ? undefined : progressBar('Painting');
      const out = resolve(textOption(values, 'out') ?? `easel-${seed}.png`);
      await mkdir(dirname(out), { recursive: true });
      let withheld = 0;
      for await (const event of engine.paint(input, { signal: context.signal })) {
        if (event.type === 'progress')
          bar?.update(event.step / (event.steps + 1), `step ${event.step} of ${event.steps}`);
        if (event.type !== 'result') continue;
        bar?.done();
        const { tiles, grid } = event.result;
        for (const picture of [...tiles, ...(grid ? [grid] : [])]) {
          if (picture.kind === 'tile' && picture.verdict.outcome === 'withheld') {
            withheld += 1;
            console.error(
              `Picture ${picture.index + 1} was withheld by the safety checker (${picture.verdict.reason}).`,
            );
            if (count === 1) continue;
          }
          const file = fileOf(out, picture, count);
          await writeFile(file, picture.bytes);
          context.print(file);
        }
      }
      return withheld > 0 && withheld === count ? 3 : 0;
    } finally {
      await engine.close();
    }
  },
};
