// Messages that the bot posted, deleted by its own token or, while that lives, by the interaction's.

import { Routes } from 'discord.js';
import type { GenerateJob } from '../jobs/generate-job.ts';
import type { JobRecord, PostedMessage } from '../store/jobs.ts';
import { isMessageGone } from './discord-errors.ts';
import type { Services } from './services.ts';
import { tokenLifeMs } from './tell-member.ts';

type Reach = Pick<Services, 'rest' | 'logger'>;

/** @returns false where it is out of the bot's reach */
export async function removeMessage(
  { rest, logger }: Reach,
  job: GenerateJob,
  message: PostedMessage,
): Promise<boolean> {
  const { applicationId, interactionToken, interactionAt, ephemeral, channelId } = job.reply;
  try {
    if (ephemeral && message.channelId === channelId) {
      if (Date.now() - interactionAt >= tokenLifeMs) return false;
      await rest.delete(Routes.webhookMessage(applicationId, interactionToken, message.messageId), { auth: false });
    } else await rest.delete(Routes.channelMessage(message.channelId, message.messageId));
    return true;
  } catch (error) {
    if (isMessageGone(error)) return true;
    logger.warn({ err: error, jobId: job.jobId }, 'a message could not be taken down');
    return false;
  }
}

/** Everywhere that a result stands: pictures that did not fit into its message are in further ones. */
export function messagesOf({ message, extraMessages }: JobRecord): readonly PostedMessage[] {
  return [...(message ? [message] : []), ...extraMessages];
}

/** What else belongs to the message that was removed. */
export async function removeRest(reach: Reach, record: JobRecord, removedId: string | undefined): Promise<void> {
  for (const posted of messagesOf(record)) {
    if (posted.messageId !== removedId) await removeMessage(reach, record.job, posted);
  }
}
