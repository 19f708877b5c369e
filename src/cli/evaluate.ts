import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { samplerIds } from '../diffusion/samplers/index.ts';
import { EaselError, expected } from '../errors.ts';
import { type CliCommand, numberOption, textOption } from './cli-command.ts';
import { progressBar } from './progress-bar.ts';

export const evaluate: CliCommand = {
  name: 'evaluate',
  summary:
    'Measures the miniature: CLIP score, Fréchet distance and attribute accuracy over guidance scales. Resumable; hours on a CPU.',
  options: {
    captions: { type: 'string', value: '2-500', description: 'captions per guidance scale (default 100)' },
    best: { type: 'string', value: '2-500', description: 'captions at the best two scales (default 500)' },
    guidance: { type: 'string', value: 'list', description: 'scales, separated by commas (default 1.5,2,3,4,5,6,7,8)' },
    steps: { type: 'string', value: '1-150', description: 'steps (default 50)' },
    sampler: { type: 'string', value: 'name', description: 'sampler (default plms)' },
    samplers: {
      type: 'boolean',
      description: 'instead: every sampler at 20 steps against PLMS at 50, on 24 captions (change with --captions)',
    },
    out: { type: 'string', value: 'folder', description: 'cache and results (default <data folder>/evaluation)' },
  },
  async run(context, values) {
    const [
      { openThreadedEngine },
      { resolveModel },
      { engineOptions },
      { packageRoot },
      { runEvaluation },
      { formatEvaluation, paretoCurve },
      { compareSamplers, formatSamplers },
    ] = await Promise.all([
      import('../inference/threaded.ts'),
      import('../launcher/resolve-model.ts'),
      import('../launcher/engine-options.ts'),
      import('../launcher/package-root.ts'),
      import('../evaluate/run-evaluation.ts'),
      import('../evaluate/report.ts'),
      import('../evaluate/compare-samplers.ts'),
    ]);
    const sampler = samplerIds.find((id) => id === (textOption(values, 'sampler') ?? 'plms'));
    if (!sampler)
      throw new EaselError('bad-request', expected(`one of ${samplerIds.join(', ')}`, '--sampler', values.sampler));
    const guidanceScales = (textOption(values, 'guidance') ?? '1.5,2,3,4,5,6,7,8').split(',').map(Number);
    if (guidanceScales.some((scale) => !(scale >= 1 && scale <= 30)))
      throw new EaselError('bad-request', expected('scales from 1 to 30', '--guidance', values.guidance));
    const isComparison = values.samplers === true;
    const captions = numberOption(values, 'captions', { min: 2, max: 500, whole: true }) ?? (isComparison ? 24 : 100);
    const out = textOption(values, 'out') ?? join(context.config.EASEL_DATA_DIR, 'evaluation');
    await mkdir(out, { recursive: true });
    const model = await resolveModel(context.config, { signal: context.signal, say: (line) => console.error(line) });
    const engine = await openThreadedEngine({ ...engineOptions(context.config, model) });
    const bar = progressBar('Evaluating');
    const evaluationFolder = join(packageRoot(), 'training', 'evaluation');
    const painting = { engine, cacheFolder: join(out, 'pictures'), signal: context.signal };
    const onProgress = (share: number, note: string) => bar.update(share, note);
    try {
      if (isComparison) {
        const rows = await compareSamplers({
          ...painting,
          evaluationFolder,
          captions,
          steps: 20,
          reference: { sampler: 'plms', steps: 50 },
          guidanceScale: textOption(values, 'guidance') === undefined ? 4 : (guidanceScales[0] ?? 4),
          onProgress,
        });
        bar.done();
        context.print(formatSamplers(rows));
        await writeFile(join(out, 'samplers.md'), `${formatSamplers(rows)}\n`);
        return 0;
      }
      const evaluation = await runEvaluation({
        ...painting,
        modelFolder: model.path,
        evaluationFolder,
        guidanceScales,
        captions,
        bestCaptions: Math.max(captions, numberOption(values, 'best', { min: 2, max: 500, whole: true }) ?? 500),
        steps: numberOption(values, 'steps', { min: 1, max: 150, whole: true }) ?? 50,
        sampler,
        onProgress,
      });
      bar.done();
      const table = formatEvaluation(evaluation);
      context.print(table);
      await writeFile(join(out, 'table.md'), `${table}\n`);
      await writeFile(join(out, 'pareto.svg'), paretoCurve(evaluation.curve));
      await writeFile(join(out, 'evaluation.json'), JSON.stringify(evaluation, null, 2));
      context.print(`\nWritten to ${out}: table.md, pareto.svg, evaluation.json`);
      return 0;
    } finally {
      await engine.close();
    }
  },
};
