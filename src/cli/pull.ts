import { join } from 'node:path';
import { EaselError } from '../errors.ts';
import { modelsDir } from '../launcher/resolve-model.ts';
import { type CliCommand, textOption } from './cli-command.ts';
import { importOptions, importSettings, showProgress } from './import.ts';
import { progressBar } from './progress-bar.ts';

export const pull: CliCommand = {
  name: 'pull',
  summary: 'Downloads a model from the Hugging Face hub (resumes, verifies) and imports it. HF_TOKEN for gated ones.',
  positionals: '<owner/repository>',
  options: {
    ...importOptions,
    revision: { type: 'string', value: 'name', description: 'branch, tag or commit (default main)' },
    file: { type: 'string', value: 'name', description: 'a single checkpoint file of the repository' },
    endpoint: { type: 'string', value: 'url', description: 'another hub that speaks the same API' },
    keep: { type: 'boolean', description: 'keep the downloaded files' },
  },
  examples: ['easel pull CompVis/stable-diffusion-v1-4 --precision fp16'],
  async run(context, values, positionals) {
    const repo = positionals[0];
    if (!repo || !/^[\w.-]+\/[\w.-]+$/.test(repo))
      throw new EaselError('bad-request', `Expected owner/repository but received ${JSON.stringify(repo ?? '')}`);
    const { pullModel } = await import('../model-import/pull.ts');
    const name = textOption(values, 'name') ?? (repo.split('/')[1] as string);
    const outDir = textOption(values, 'out') ?? join(modelsDir(context.config), name);
    const [revision, file, endpoint] = [
      textOption(values, 'revision'),
      textOption(values, 'file'),
      textOption(values, 'endpoint'),
    ];
    const download = progressBar(`Downloading ${repo}`);
    const progress = showProgress(`Importing ${name}`);
    const manifest = await pullModel({
      repo,
      outDir,
      name,
      ...importSettings(values),
      ...(revision ? { revision } : {}),
      ...(file ? { file } : {}),
      ...(endpoint ? { endpoint } : {}),
      ...(context.config.HF_TOKEN ? { token: context.config.HF_TOKEN } : {}),
      keepDownloads: values.keep === true,
      signal: context.signal,
      onDownload: ({ file: part, done, total }) => download.update(total === 0 ? 0 : done / total, part),
      onProgress: progress.onProgress,
    });
    progress.done();
    context.print(`Imported ${manifest.name} to ${outDir}`);
    context.print(`Hash ${manifest.hash}`);
    if (manifest.fix)
      context.print(
        `It has no safety checker, and Easel does not paint without one. Supply it with:\n  ${manifest.fix}`,
      );
    return 0;
  },
};
