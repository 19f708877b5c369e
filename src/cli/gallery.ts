import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EaselError } from '../errors.ts';
import { type CliCommand, textOption } from './cli-command.ts';
import { progressBar } from './progress-bar.ts';

export const gallery: CliCommand = {
  name: 'gallery',
  summary: 'Paints the gallery of the README again: the prompts and seeds of models/miniature/gallery.json.',
  options: {
    out: { type: 'string', value: 'file', description: 'PNG to write (default docs/images/gallery.png)' },
  },
  async run(context, values) {
    const [{ openThreadedEngine }, { resolveModel }, { engineOptions }, { packageRoot }] = await Promise.all([
      import('../inference/threaded.ts'),
      import('../launcher/resolve-model.ts'),
      import('../launcher/engine-options.ts'),
      import('../launcher/package-root.ts'),
    ]);
    const [{ composeGallery, readGallery }, { paintCached }, { encodePng }] = await Promise.all([
      import('../evaluate/gallery.ts'),
      import('../evaluate/paint-cached.ts'),
      import('../image/encode.ts'),
    ]);
    const root = packageRoot();
    const { columns, pictures, ...setting } = await readGallery(join(root, 'models', 'miniature', 'gallery.json'));
    const model = await resolveModel(context.config, { signal: context.signal, say: (line) => console.error(line) });
    const engine = await openThreadedEngine({ ...engineOptions(context.config, model) });
    const bar = progressBar('Painting');
    try {
      const painted = [];
      for (const [index, { prompt, seed }] of pictures.entries()) {
        const name = createHash('sha256').update(prompt).digest('hex').slice(0, 12);
        const picture = await paintCached(
          {
            engine,
            cacheFolder: join(context.config.EASEL_DATA_DIR, 'evaluation', 'pictures', `gallery-${name}`),
            signal: context.signal,
          },
          { ...setting, prompt, seed },
        );
        if (!picture) throw new EaselError('inference-failed', `Expected a picture of "${prompt}" but it was withheld`);
        painted.push(picture);
        bar.update((index + 1) / pictures.length, prompt);
      }
      bar.done();
      const out = textOption(values, 'out') ?? join(root, 'docs', 'images', 'gallery.png');
      const sheet = composeGallery(
        painted,
        pictures.map(({ prompt }) => prompt),
        columns,
      );
      await writeFile(out, await encodePng(sheet));
      context.print(out);
      return 0;
    } finally {
      await engine.close();
    }
  },
};
