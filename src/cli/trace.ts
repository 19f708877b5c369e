import { readFile } from 'node:fs/promises';
import { EaselError } from '../errors.ts';
import { openStoreRedis } from '../launcher/open-store-redis.ts';
import type { CliCommand } from './cli-command.ts';

export const trace: CliCommand = {
  name: 'trace',
  summary: 'Answers which request made a picture, by its invisible mark and the store.',
  positionals: '<picture>',
  async run(context, _values, positionals) {
    const file = positionals[0];
    if (!file) throw new EaselError('bad-request', 'Expected a picture. See: easel trace --help');
    const [{ readMarks }, { readPicture }, { createTraceRegistry }, { createJobStore }] = await Promise.all([
      import('../diffusion/watermark/mark.ts'),
      import('../image/read-picture.ts'),
      import('../store/trace-registry.ts'),
      import('../store/jobs.ts'),
    ]);
    const { traceId } = readMarks(await readPicture(await readFile(file)));
    if (traceId === null) {
      context.print('No mark found. This is not proof that the picture was made elsewhere.');
      return 3;
    }
    const store = await openStoreRedis(context.config, context.logger);
    try {
      const found = await createTraceRegistry(store.redis).find(traceId);
      if (found && 'erased' in found) {
        context.print(
          `Trace id  ${traceId}: made here on ${found.madeOn} with the model ${found.modelHash}. Its author had the request deleted.`,
        );
        return 0;
      }
      const record = found ? await createJobStore(store.redis).get(found.jobId) : null;
      if (!found || !record) {
        context.print(
          `Trace id ${traceId} is not in this installation's registry: made by another one, or its request was deleted.`,
        );
        return 3;
      }
      const { job } = record;
      context.print(
        `Trace id  ${traceId}: ${found.tile < 0 ? 'the grid' : `picture ${found.tile + 1}`} of job ${found.jobId}`,
      );
      context.print(
        `Made      ${new Date(job.createdAt).toISOString()} for member ${job.requester.userId} in ${job.reply.guildId ? `server ${job.reply.guildId}` : 'a direct message'}`,
      );
      context.print(`Prompt    ${job.request.prompt}`);
      context.print(
        `Model     ${job.request.modelHash}, seed ${job.request.seed}, ${job.request.sampler}, ${job.request.steps} steps`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
