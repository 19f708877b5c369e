import { existsSync } from 'node:fs';
import { EaselError } from '../errors.ts';
import { type CliCommand, textOption } from './cli-command.ts';

export const conformance: CliCommand = {
  name: 'conformance',
  summary:
    'Runs every golden of a fixtures folder against our own implementation: one line per case, exit 1 if any fails.',
  positionals: '<folder>',
  options: { only: { type: 'string', value: 'area', description: 'run the areas whose name contains this' } },
  examples: ['npm run conformance -- ../shared/fixtures'],
  async run(context, values, positionals) {
    const folder = positionals[0];
    if (!folder) throw new EaselError('bad-request', 'Expected a fixtures folder. See: easel conformance --help');
    if (!existsSync(folder)) {
      context.print(
        `Skipped: there is no fixtures folder at ${folder}. It is a contributor's tool and does not ship with Easel.`,
      );
      return 0;
    }
    const { runConformance } = await import('../conformance/run-conformance.ts');
    const filter = textOption(values, 'only');
    const report = await runConformance(folder, {
      onLine: context.print,
      signal: context.signal,
      ...(filter ? { filter } : {}),
    });
    context.print(`${report.cases.length - report.failures} passed, ${report.failures} failed`);
    return report.passed ? 0 : 1;
  },
};
