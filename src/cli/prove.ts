import { EaselError, expected } from '../errors.ts';
import { type CliCommand, numberOption } from './cli-command.ts';

export const prove: CliCommand = {
  name: 'prove',
  summary: 'Long proofs of what the documentation promises; needs no token, no model and no network.',
  positionals: 'crash',
  options: {
    jobs: { type: 'string', value: '1-10000', description: 'acknowledged requests to reach (default 200)' },
    seed: { type: 'string', value: 'number', description: 'which random moments (default 1)' },
  },
  examples: ['easel prove crash --jobs 200 --seed 31'],
  async run(context, values, positionals) {
    if (positionals[0] !== 'crash') throw new EaselError('bad-request', expected('crash', 'the proof', positionals[0]));
    const { proveCrash } = await import('../proofs/crash.ts');
    const report = await proveCrash({
      jobs: numberOption(values, 'jobs', { min: 1, max: 10_000, whole: true }) ?? 200,
      seed: numberOption(values, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1,
      say: context.print,
    });
    context.print(JSON.stringify(report, null, 2));
    return report.lost.length === 0 && report.doubled.length === 0 ? 0 : 1;
  },
};
