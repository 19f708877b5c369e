import { readFile, writeFile } from 'node:fs/promises';
import { EaselError } from '../errors.ts';
import { type CliCommand, numberOption, textOption } from './cli-command.ts';

export const watermark: CliCommand = {
  name: 'watermark',
  summary: 'Reads the invisible marks of a picture, or writes them into one.',
  positionals: 'read <picture> | write <picture> <out.png>',
  options: {
    id: { type: 'string', value: '0-4294967295', description: 'with write: the trace id (default 0)' },
    json: { type: 'boolean', description: 'with read: print JSON' },
  },
  examples: ['easel watermark read picture.png', 'easel watermark write photo.jpg marked.png --id 42'],
  async run(context, values, positionals) {
    const [action, file, out] = positionals;
    if ((action !== 'read' && action !== 'write') || !file || (action === 'write' && !out)) {
      throw new EaselError(
        'bad-request',
        'Expected "read <picture>" or "write <picture> <out.png>". See: easel watermark --help',
      );
    }
    const [{ markPicture, readMarks }, { readPicture }, { encodePng }, { readProvenance }] = await Promise.all([
      import('../diffusion/watermark/mark.ts'),
      import('../image/read-picture.ts'),
      import('../image/encode.ts'),
      import('../image/provenance.ts'),
    ]);
    const bytes = await readFile(file);
    const picture = await readPicture(bytes);
    if (action === 'write' && out) {
      const marked = markPicture(picture, numberOption(values, 'id', { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 0);
      await writeFile(out, await encodePng(marked.pixels));
      context.print(
        `${out}: reference payload ${marked.hasReferencePayload ? 'written' : 'not written (the picture has fewer than 65,536 pixels)'}, trace id ${marked.traceId ?? 'not written (too small)'}`,
      );
      return 0;
    }
    const marks = readMarks(picture);
    const provenance = await readProvenance(bytes);
    if (textOption(values, 'json') !== undefined || values.json) {
      context.print(JSON.stringify({ ...marks, provenance }));
    } else {
      const share = marks.referenceAccuracy;
      context.print(
        `Reference payload: ${share === null || share === undefined ? 'picture too small' : `${(share * 100).toFixed(0)} % of its bits (chance is 50 %)`}`,
      );
      context.print(`Trace id:          ${marks.traceId ?? 'none found (not proof)'}`);
      context.print(
        `Signed manifest:   ${provenance === null ? 'none' : `${provenance.valid ? 'valid' : 'not valid'}, by ${provenance.generator}`}`,
      );
    }
    return marks.traceId === null ? 3 : 0;
  },
};
