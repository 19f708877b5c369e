import type { CliCommand } from './cli-command.ts';

const signs = { ok: '✓', note: '·', broken: '✗' } as const;

export const doctor: CliCommand = {
  name: 'doctor',
  summary:
    'Checks token, permissions, Redis, models, providers and disk, and says what to fix. Exit code 1 if something is broken.',
  options: { json: { type: 'boolean', description: 'print JSON' } },
  async run(context, values) {
    const { diagnose } = await import('../launcher/diagnose.ts');
    const findings = await diagnose(context.config, context.logger, context.signal);
    const isBroken = findings.some((finding) => finding.state === 'broken');
    if (values.json) {
      context.print(JSON.stringify(findings, null, 2));
    } else {
      const width = Math.max(...findings.map((finding) => finding.what.length)) + 2;
      for (const { what, state, detail, fix } of findings) {
        context.print(`${signs[state]} ${what.padEnd(width)}${detail}`);
        if (fix) context.print(`  ${' '.repeat(width)}→ ${fix}`);
      }
      context.print(isBroken ? '\nSomething is broken: see the lines marked ✗.' : '\nAll is well.');
    }
    return isBroken ? 1 : 0;
  },
};
