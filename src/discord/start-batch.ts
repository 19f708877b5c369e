// Several jobs by one interaction: each has a message of its own, further answers to the interaction, and an id of its own, so that an
// interaction that is taken up twice makes each job once.

import { MessageFlags, Routes } from 'discord.js';
import type { APIMessage } from 'discord-api-types/v10';
import type { Stage } from './behaviour.ts';
import { quiet } from './message-body.ts';
import { type JobDraft, jobIdOf, newJob, queueJob } from './new-job.ts';
import type { ReplyAddress } from './reply.ts';

export interface BatchOptions {
  readonly ephemeral: boolean;
  /** Whether the first job is shown in the answer that is there already. */
  readonly usesReply: boolean;
}

export async function startBatch(stage: Stage, drafts: readonly JobDraft[], options: BatchOptions): Promise<void> {
  const { facts, services, reply, texts } = stage;
  for (const [index, draft] of drafts.entries()) {
    const inReply = options.usesReply && index === 0;
    const jobId = jobIdOf(inReply ? facts.interactionId : `${facts.interactionId}/${index}`);
    if (await services.jobs.get(jobId)) continue;
    let address: ReplyAddress = reply.address;
    // While the answer still says "thinking", Discord takes the first further message for it: it is filled before there is one.
    if (inReply && drafts.length > 1) await reply.edit(quiet({ content: texts.batch.place(1, drafts.length) }));
    if (!inReply) {
      const body = {
        ...quiet({ content: texts.batch.place(index + 1, drafts.length) }),
        ...(options.ephemeral ? { flags: MessageFlags.Ephemeral as number } : {}),
      };
      const posted = (await services.rest.post(Routes.webhook(facts.applicationId, facts.token), {
        body,
        query: new URLSearchParams({ wait: 'true' }),
        auth: false,
      })) as APIMessage;
      address = { ...reply.address, messageId: posted.id, ephemeral: options.ephemeral, further: true };
    }
    const job = await newJob(stage, draft, { jobId, address });
    await queueJob(stage, job);
  }
}
