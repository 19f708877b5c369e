// Accept under the terms: the dispatcher remembers it and takes up what was wanted; this answers where nothing is kept any more.

import { snowflakeArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { acceptTermsId } from '../../src/discord/terms-card.ts';

export const acceptTerms = defineComponent({
  id: acceptTermsId,
  args: [snowflakeArg],
  accepts: ({ args: [interactionId] }) => ({ interactionId }),
  first: 'private',
  async handle({ texts, reply }) {
    await reply.edit(quiet({ content: texts.moderation.terms.accepted }));
  },
});
