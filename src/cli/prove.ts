import { join } from 'node:path';
import { EaselError, expected } from '../errors.ts';
import { type CliCommand, type CliContext, type CliValues, numberOption, textOption } from './cli-command.ts';

/** Each prints its report as JSON and says in one sentence each what it contradicts; none is a proof. */
type Proof = (context: CliContext, values: CliValues) => Promise<{ report: object; faults: readonly string[] }>;

const whole = (values: CliValues, name: string, max: number) =>
  numberOption(values, name, { min: 1, max, whole: true });
const given = <T extends object>(options: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

const proofs: Readonly<Record<string, Proof>> = {
  async crash(context, values) {
    const { proveCrash } = await import('../proofs/crash.ts');
    const report = await proveCrash({
      jobs: whole(values, 'jobs', 10_000) ?? 200,
      seed: whole(values, 'seed', 2 ** 32 - 1) ?? 1,
      say: context.print,
    });
    const faults = [
      ...report.lost.map(({ jobId }) => `${jobId} was lost`),
      ...report.doubled.map((jobId) => `${jobId} was posted twice`),
    ];
    return { report, faults };
  },
  async throughput(context, values) {
    const { proveThroughput } = await import('../proofs/throughput.ts');
    const report = await proveThroughput({
      ...given<{ jobsPerWorker?: number }>({ jobsPerWorker: whole(values, 'jobs', 10_000) }),
      say: context.print,
    });
    const faults = report.runs
      .filter(({ ofLinear }) => ofLinear < 0.95)
      .map(({ workers, ofLinear }) => `${workers} workers reach ${(ofLinear * 100).toFixed(1)} % of linear`);
    return { report, faults };
  },
  async restart(context, values) {
    const { proveRestart } = await import('../proofs/restart.ts');
    const report = await proveRestart({
      rounds: whole(values, 'rounds', 100) ?? 1,
      seed: whole(values, 'seed', 2 ** 32 - 1) ?? 1,
      say: context.print,
    });
    const faults = [
      ...report.lost.map((jobId) => `${jobId} was lost`),
      ...report.doubled.map((jobId) => `${jobId} was posted twice`),
      ...report.unanswered.map(({ jobId, why }) => `${jobId} was not answered: ${why}`),
      ...report.unclean.map((name) => `${name} did not end cleanly`),
    ];
    return { report, faults };
  },
  async 'near-duplicates'(context, values) {
    const [{ openThreadedEngine }, { engineOptions }, { resolveModel }, { packageRoot }, proof] = await Promise.all([
      import('../inference/threaded.ts'),
      import('../launcher/engine-options.ts'),
      import('../launcher/resolve-model.ts'),
      import('../launcher/package-root.ts'),
      import('../proofs/near-duplicates.ts'),
    ]);
    const model = await resolveModel(context.config, { signal: context.signal, say: context.print });
    const engine = await openThreadedEngine({ ...engineOptions(context.config, model) });
    try {
      const report = await proof.proveNearDuplicates({
        engine,
        modelFolder: model.path,
        evaluationFolder: join(packageRoot(), 'training', 'evaluation'),
        cacheFolder: join(context.config.EASEL_DATA_DIR, 'near-duplicates'),
        pictures: whole(values, 'jobs', 1000) ?? 64,
        signal: context.signal,
        say: context.print,
      });
      return { report, faults: proof.nearDuplicateFaults(report) };
    } finally {
      await engine.close();
    }
  },
  async checker(context, values) {
    const [{ proveChecker }, { checkerFaults }] = await Promise.all([
      import('../proofs/checker.ts'),
      import('../proofs/checker-report.ts'),
    ]);
    const report = await proveChecker({
      config: context.config,
      requests: whole(values, 'jobs', 10_000) ?? 500,
      steps: whole(values, 'steps', 150) ?? 20,
      out: textOption(values, 'out') ?? join(context.config.EASEL_DATA_DIR, 'checker'),
      say: context.print,
      signal: context.signal,
    });
    return { report, faults: checkerFaults(report) };
  },
  async soak(context, values) {
    const { faultsOf, proveSoak } = await import('../proofs/soak.ts');
    const report = await proveSoak({
      jobs: whole(values, 'jobs', 1_000_000) ?? 2880,
      seed: whole(values, 'seed', 2 ** 32 - 1) ?? 1,
      say: context.print,
    });
    return { report, faults: faultsOf(report) };
  },
  async load(context, values) {
    const { faultsOf, proveLoad } = await import('../proofs/presses.ts');
    const report = await proveLoad({
      presses: whole(values, 'jobs', 10_000) ?? 1000,
      seed: whole(values, 'seed', 2 ** 32 - 1) ?? 1,
      say: context.print,
    });
    return { report, faults: faultsOf(report) };
  },
};

export const prove: CliCommand = {
  name: 'prove',
  summary: 'Long proofs of what the documentation promises; needs no token and no network.',
  positionals: Object.keys(proofs).join(' | '),
  options: {
    jobs: {
      type: 'string',
      value: '1-1000000',
      description: 'pictures to ask for (throughput: per worker; checker: of each kind; load: presses)',
    },
    rounds: {
      type: 'string',
      value: '1-100',
      description: 'restart: how often every process is restarted (default 1)',
    },
    steps: { type: 'string', value: '1-150', description: 'checker: steps of each picture (default 20)' },
    out: { type: 'string', value: 'folder', description: 'checker: single results (default <data folder>/checker)' },
    seed: { type: 'string', value: 'number', description: 'which random moments (default 1)' },
  },
  examples: [
    'easel prove crash --jobs 200 --seed 31',
    'easel prove restart --rounds 3',
    'easel prove soak',
    'easel prove checker',
  ],
  async run(context, values, positionals) {
    const proof = proofs[positionals[0] ?? ''];
    if (!proof)
      throw new EaselError('bad-request', expected(Object.keys(proofs).join(', '), 'the proof', positionals[0]));
    const { report, faults } = await proof(context, values);
    context.print(JSON.stringify(report, null, 2));
    for (const fault of faults) context.print(`Contradicted: ${fault}`);
    return faults.length === 0 ? 0 : 1;
  },
};
