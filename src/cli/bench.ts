import { type CliCommand, numberOption, textOption } from './cli-command.ts';

export const bench: CliCommand = {
  name: 'bench',
  summary:
    'Measures a full-size model of random weights: steps, load times and memory, each network in its own process (12 GB of disk).',
  options: {
    folder: { type: 'string', value: 'folder', description: 'keep the random model there and use it again' },
    runs: { type: 'string', value: '1-20', description: 'timed runs of each network (default 3)' },
    threads: { type: 'string', value: 'n', description: 'threads of one run (default: all processors)' },
    'fp32-only': { type: 'boolean', description: 'leave out weights stored as fp16' },
    'event-loop': {
      type: 'boolean',
      description: 'instead: how free the serving thread stays while the default model paints for a minute',
    },
    overhead: {
      type: 'boolean',
      description: 'instead: /imagine from press to picture (twin, bot, worker, delivery) against the engine alone',
    },
    watermark: { type: 'boolean', description: 'instead: the marks under every attack, as a table' },
    pictures: { type: 'string', value: 'n', description: 'with --watermark: procedural pictures (default 104)' },
    size: { type: 'string', value: 'pixels', description: 'with --watermark: edge of the pictures (default 512)' },
    photos: { type: 'string', value: 'folder', description: 'with --watermark: further pictures' },
  },
  async run(context, values) {
    if (values['event-loop']) {
      const [{ measureEventLoop }, { openThreadedEngine }, { resolveModel }, { engineOptions }] = await Promise.all([
        import('../bench/event-loop.ts'),
        import('../inference/threaded.ts'),
        import('../launcher/resolve-model.ts'),
        import('../launcher/engine-options.ts'),
      ]);
      const engine = await openThreadedEngine(engineOptions(context.config, await resolveModel(context.config)));
      const { p99, max, pictures } = await measureEventLoop(engine, 60);
      context.print(
        `event loop delay over 60 s and ${pictures} pictures: p99 ${p99.toFixed(1)} ms, maximum ${max.toFixed(1)} ms`,
      );
      await engine.close();
      return 0;
    }
    if (values.overhead) {
      const { measureOverhead } = await import('../bench/overhead.ts');
      const rounds = numberOption(values, 'runs', { min: 1, max: 100, whole: true }) ?? 9;
      const report = await measureOverhead({ config: context.config, rounds, say: context.print });
      context.print(JSON.stringify(report, null, 2));
      return report.isWithinBar ? 0 : 1;
    }
    if (values.watermark) {
      const { formatWatermarkTable, watermarkTable } = await import('../bench/watermark-table.ts');
      const edge = numberOption(values, 'size', { min: 256, max: 2048, whole: true }) ?? 512;
      const folder = textOption(values, 'photos');
      const procedural = numberOption(values, 'pictures', { min: 1, max: 10_000, whole: true }) ?? 104;
      context.print(
        formatWatermarkTable(
          await watermarkTable({ procedural, width: edge, height: edge, ...(folder ? { folder } : {}) }),
        ),
      );
      return 0;
    }
    const { runBench } = await import('../bench/bench.ts');
    const folder = textOption(values, 'folder');
    const threads = numberOption(values, 'threads', { min: 1, max: 1024, whole: true });
    await runBench({
      write: context.print,
      signal: context.signal,
      runs: numberOption(values, 'runs', { min: 1, max: 20, whole: true }) ?? 3,
      ...(folder ? { folder } : {}),
      ...(threads ? { threads } : {}),
      ...(values['fp32-only'] ? { precisions: ['fp32'] as const } : {}),
    });
    return 0;
  },
};
