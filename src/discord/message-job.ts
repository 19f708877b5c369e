// Which job a message shows, told by the buttons under it: the context menus get the message itself, and nothing has to be looked up
// before the first response. A message of somebody else may carry anything in its ids: they are read like any other input.

import type { APIMessage } from 'discord-api-types/v10';
import { jobIdSchema } from '../jobs/generate-job.ts';
import { decodeCustomId } from './custom-id.ts';
import type { Facts } from './facts.ts';

export function jobIdIn(message: APIMessage, { applicationId }: Pick<Facts, 'applicationId'>): string | null {
  if (message.author.id !== applicationId && message.application_id !== applicationId) return null;
  for (const row of message.components ?? []) {
    for (const component of 'components' in row ? row.components : []) {
      const decoded = 'custom_id' in component ? decodeCustomId(component.custom_id) : null;
      const jobId = decoded?.args.find((arg) => jobIdSchema.safeParse(arg).success);
      if (jobId !== undefined) return jobId;
    }
  }
  return null;
}
