import { basename, join } from 'node:path';
import { EaselError } from '../errors.ts';
import type { ModelDefaults } from '../jobs/model-defaults.ts';
import { hardLimits } from '../jobs/paint-request.ts';
import { modelsDir } from '../launcher/resolve-model.ts';
import type { ImportProgress } from '../model-import/import-options.ts';
import { type CliCommand, type CliValues, numberOption, samplerOption, textOption } from './cli-command.ts';
import { progressBar } from './progress-bar.ts';

/** The options that `import` and `pull` share. */
export const importOptions = {
  name: { type: 'string', value: 'name', description: 'how the model is called (default: from the file name)' },
  out: { type: 'string', value: 'folder', description: 'where to write it (default: the models folder)' },
  precision: { type: 'string', value: 'fp32|fp16', description: 'how weights are stored (default fp32)' },
  ema: { type: 'boolean', description: 'take the averaged weights of the U-Net' },
  variant: { type: 'string', value: 'name', description: "a diffusers folder's variant, such as fp16 or non_ema" },
  tokenizer: {
    type: 'string',
    value: 'folder',
    description: "folder with vocab.json and merges.txt (default: the source's own, else CLIP's)",
  },
  'safety-checker': { type: 'string', value: 'path', description: 'folder or file of the safety checker' },
  'native-size': { type: 'string', value: 'pixels', description: 'edge that the model was made for (default 512)' },
  guidance: { type: 'string', value: '1-30', description: 'guidance scale it paints with unless told otherwise' },
  steps: { type: 'string', value: '1-150', description: 'steps it paints with unless told otherwise' },
  sampler: { type: 'string', value: 'name', description: 'sampler it paints with unless told otherwise' },
  replace: { type: 'boolean', description: 'overwrite a model of that name' },
} as const;

export function readPrecision(values: CliValues): 'fp32' | 'fp16' {
  const precision = textOption(values, 'precision') ?? 'fp32';
  if (precision !== 'fp32' && precision !== 'fp16') {
    throw new EaselError(
      'bad-request',
      `Expected fp32 or fp16 for --precision but received ${JSON.stringify(precision)}`,
    );
  }
  return precision;
}

function readDefaults(values: CliValues): { defaults?: ModelDefaults } {
  const guidanceScale = numberOption(values, 'guidance', hardLimits.guidanceScale);
  const steps = numberOption(values, 'steps', { ...hardLimits.steps, whole: true });
  const sampler = samplerOption(values);
  const defaults = {
    ...(guidanceScale === undefined ? {} : { guidanceScale }),
    ...(steps === undefined ? {} : { steps }),
    ...(sampler === undefined ? {} : { sampler }),
  };
  return Object.keys(defaults).length > 0 ? { defaults } : {};
}

/** Shared options as importModel wants them. */
export function importSettings(values: CliValues) {
  const [variant, tokenizer, safetyChecker] = [
    textOption(values, 'variant'),
    textOption(values, 'tokenizer'),
    textOption(values, 'safety-checker'),
  ];
  const nativeSize = numberOption(values, 'native-size', { min: 64, max: 2048, whole: true });
  return {
    ...(nativeSize === undefined ? {} : { nativeSize }),
    ...readDefaults(values),
    precision: readPrecision(values),
    ema: values.ema === true,
    replace: values.replace === true,
    ...(variant === undefined ? {} : { variant }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(safetyChecker === undefined ? {} : { safetyChecker }),
  };
}

export function showProgress(label: string) {
  const bar = progressBar(label);
  return {
    onProgress: ({ step, done, total }: ImportProgress) =>
      bar.update(total === 0 ? 0 : done / total, step.replaceAll('_', ' ')),
    done: () => bar.done(),
  };
}

export const importCommand: CliCommand = {
  name: 'import',
  summary:
    'Turns a checkpoint (.ckpt, .safetensors), a diffusers folder or an ONNX folder into a model that Easel runs.',
  positionals: '<checkpoint or folder>',
  options: importOptions,
  examples: [
    'easel import sd-v1-4.ckpt --safety-checker ./safety_checker',
    'easel import ./my-diffusers-folder --precision fp16',
  ],
  async run(context, values, positionals) {
    const source = positionals[0];
    if (!source) throw new EaselError('bad-request', 'Expected a checkpoint or a folder. See: easel import --help');
    const { importModel } = await import('../model-import/import.ts');
    const name = textOption(values, 'name') ?? basename(source).replace(/\.(safetensors|ckpt|pt|pth|bin)$/i, '');
    const outDir = textOption(values, 'out') ?? join(modelsDir(context.config), name);
    const progress = showProgress(`Importing ${name}`);
    const manifest = await importModel({
      source,
      outDir,
      name,
      ...importSettings(values),
      signal: context.signal,
      onProgress: progress.onProgress,
    });
    progress.done();
    context.print(`Imported ${manifest.name} (${manifest.precision}) to ${outDir}`);
    context.print(`Hash ${manifest.hash}`);
    if (manifest.fix) {
      context.print('It has no safety checker, and Easel does not paint without one. Supply it with:');
      context.print(`  ${manifest.fix}`);
    } else {
      context.print(
        `Paint with it: npm run easel -- imagine "a photograph of an astronaut riding a horse" --model ${manifest.name}`,
      );
    }
    return 0;
  },
};
