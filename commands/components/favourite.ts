// ❤️: puts a picture among the presser's favourites, or takes it out again. It says so to the presser alone: the message is everybody's.

import { jobIdArg, tileArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { judgeParent, judgeTile } from '../../src/discord/parent-job.ts';

export const favourite = defineComponent({
  id: 'f',
  args: [jobIdArg, tileArg],
  render: () => ({ emoji: '❤️' }),
  first: 'private',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: (scene, { args: [, tile] }) => judgeParent(scene) ?? judgeTile(scene, tile),
  async handle({ facts, reply, services, texts }, { args: [jobId, tile] }) {
    const isOne = await services.favourites.toggle(facts.user.id, { jobId, tile });
    const { loved, unloved } = texts.single;
    await reply.edit(quiet({ content: (isOne ? loved : unloved)(`/${texts.commands.favourites.name}`) }));
  },
});
