import { listModels, miniatureName, modelsDir, resolveModel } from '../launcher/resolve-model.ts';
import { verifyModel } from '../model-import/manifest.ts';
import type { CliCommand } from './cli-command.ts';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

export const models: CliCommand = {
  name: 'models',
  summary: 'Lists the imported models; --verify compares every file with its recorded SHA-256.',
  options: { verify: { type: 'boolean', description: 'read every file and compare its hash' } },
  async run(context, values) {
    await resolveModel(context.config, { name: miniatureName, say: (line) => console.error(line) }).catch(
      () => undefined,
    );
    const found = await listModels(context.config);
    if (found.length === 0) {
      context.print(`No models in ${modelsDir(context.config)}. Import one: npm run easel -- import <checkpoint>`);
      return 0;
    }
    let damaged = 0;
    for (const { path, manifest } of found) {
      const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
      let state = manifest.checker ? 'ready' : 'no safety checker: will not paint';
      if (values.verify) {
        const problem = await verifyModel(path, { signal: context.signal }).then(
          () => null,
          (error: Error) => error.message,
        );
        if (problem) {
          damaged += 1;
          state = problem;
        } else state += ', verified';
      }
      const { guidanceScale, steps, sampler } = manifest.defaults ?? {};
      if (guidanceScale !== undefined) state += `, guidance ${guidanceScale}`;
      if (steps !== undefined) state += `, ${steps} steps`;
      if (sampler !== undefined) state += `, ${sampler}`;
      context.print(
        `${manifest.name.padEnd(24)} ${manifest.hash.slice(0, 16)}  ${manifest.precision.padEnd(5)} ${megabytes(bytes).padStart(8)}  ${state}`,
      );
    }
    return damaged > 0 ? 1 : 0;
  },
};
