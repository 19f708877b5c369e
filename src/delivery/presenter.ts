// What delivery needs to know of words and buttons; the composition root hands it in, because commands/ knows them.

import type { DeliverJob } from '../jobs/deliver-job.ts';
import type { GenerateJob, GenerateResult, Picture } from '../jobs/generate-job.ts';

export interface Presented {
  readonly content: string;
  /** Action rows as Discord's JSON. */
  readonly components: readonly object[];
  /** Alt text of one posted picture, at most 1,024 characters. */
  altText(picture: Picture): string;
}

export interface ResultPresenter {
  done(job: GenerateJob, result: GenerateResult): Presented;
  ended(job: GenerateJob, outcome: Exclude<DeliverJob['outcome'], { type: 'done' }>): Presented;
  /** What is said in the place of what could not be posted. @param isKept whether /queue hands it out */
  unposted(job: GenerateJob, isKept: boolean, errorId: string): string;
  /** The one follow-up that notifies, where the wait was long. */
  ready(job: GenerateJob, messageLink: string): string;
}
