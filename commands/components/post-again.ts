// "Post" on a page of one's history or favourites: the same as /show of that job.

import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { judgeShow } from '../../src/discord/judge-show.ts';
import { refuseLate } from '../../src/discord/late-refusal.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { parentOf } from '../../src/discord/parent-job.ts';
import { showAgain } from '../../src/discord/show-again.ts';
import { EaselError } from '../../src/errors.ts';

export const postAgain = defineComponent({
  id: 'ap',
  args: [jobIdArg],
  render: (texts) => ({ emoji: '📌', label: texts.album.post }),
  // Private pictures stay private, whatever they are looked at in.
  first: (scene) => (parentOf(scene)?.job.reply.ephemeral ? 'private' : 'reply'),
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId], durable: true, once: true }),
  judge: judgeShow,
  async handle(stage, { args: [jobId] }) {
    const record = parentOf(stage);
    if (!record) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    const shown = await showAgain(stage, record);
    if (shown === 'not-kept') await stage.reply.edit(quiet({ content: stage.texts.album.notKept }));
    else if (shown !== 'shown') await refuseLate(stage, shown);
  },
});
