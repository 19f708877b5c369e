// "Report" on a message: brings one of the bot's pictures before the moderators of the server.

import { defineMessageCommand } from '../src/discord/define-context-menu.ts';
import { jobIdIn } from '../src/discord/message-job.ts';
import { refuse } from '../src/discord/refusal.ts';
import { judgeReport, reportModal } from './components/report-form.ts';

export const reportMessage = defineMessageCommand({
  name: (texts) => texts.menus.report,
  places: 'guilds',
  first: 'modal',
  check: ({ facts, texts }, { message }) => (jobIdIn(message, facts) === null ? refuse(texts.review.notMine) : null),
  asks: ({ facts }, { message }) => ({ jobIds: [jobIdIn(message, facts) ?? ''] }),
  judge: judgeReport,
  modal: (scene, { message }) => reportModal(scene, jobIdIn(message, scene.facts) ?? ''),
  async handle() {
    // The form is the answer.
  },
});
