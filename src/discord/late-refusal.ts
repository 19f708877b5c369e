// A refusal that could only be found after the first response (a picture had to be fetched and looked at): said to the member alone, as an
// early one would be, and nothing of it stays in the channel.

import type { Stage } from './behaviour.ts';
import { quiet } from './message-body.ts';
import type { Refusal } from './refusal.ts';

export async function refuseLate({ reply }: Pick<Stage, 'reply'>, { refuse: sentence }: Refusal): Promise<void> {
  const body = quiet({ content: sentence, components: [] });
  if (reply.address.ephemeral) {
    await reply.edit(body);
    return;
  }
  // In this order: a whisper while the answer still says "thinking" would take its place, for all to see.
  await reply.remove();
  await reply.whisper(body);
}
