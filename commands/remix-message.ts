// "Remix" on a message: the form of ✏️, also where the buttons have scrolled away or belong to an older message.

import { defineMessageCommand } from '../src/discord/define-context-menu.ts';
import { jobIdIn } from '../src/discord/message-job.ts';
import { refuse } from '../src/discord/refusal.ts';
import { remixModal } from './components/remix.ts';
import { judgeRemix } from './components/remix-judge.ts';

export const remixMessage = defineMessageCommand({
  name: (texts) => texts.menus.remix,
  first: 'modal',
  check: ({ facts, texts }, { message }) => (jobIdIn(message, facts) === null ? refuse(texts.menus.notOurs) : null),
  asks: ({ facts }, { message }) => ({ jobIds: [jobIdIn(message, facts) ?? ''] }),
  judge: judgeRemix,
  modal: (scene, { message }) => remixModal(scene, jobIdIn(message, scene.facts) ?? ''),
  async handle() {
    // The form is the answer.
  },
});
