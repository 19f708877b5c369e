// What the bot needs of the queue and the store, as narrow interfaces: src/queue and src/store fulfil them, tests may too.

import type { DeliverJob } from '../jobs/deliver-job.ts';
import type { GenerateJob, GenerateProgress, GenerateResult } from '../jobs/generate-job.ts';
import type { InspectJob, InspectResult } from '../jobs/inspect-job.ts';
import type { SafetyPreset } from '../moderation/image-policy.ts';

/** The one Redis round trip that may precede a first response. */
export interface GateRequest {
  readonly interactionId: string;
  /** Taken up again after a crash: the claim is not asked for, nor the press. */
  readonly resumed: boolean;
  readonly userId: string;
  readonly guildId: string | null;
  readonly roleIds: readonly string[];
  /** Same presser, same button, same message: a second press within ten seconds is answered `repeated`. */
  readonly pressKey: string | null;
  /** The interaction as it came, to be taken up again by `unfinished()` should this process die; null where nothing is promised. */
  readonly intent: string | null;
  /** Job records the handler looks at before its first response. */
  readonly jobIds: readonly string[];
  /** Pictures this would charge to member and guild; 0 asks for no admission. */
  readonly pictures: number;
  /** Whose waiting line is asked about when `pictures` > 0. */
  readonly modelHash: string;
}

/** Distinct answers, because they mean distinct things to the member. */
export type AdmissionRefusal =
  | { readonly type: 'banned'; readonly reason: string | null; readonly until: number | null }
  | { readonly type: 'quota'; readonly scope: 'member' | 'guild'; readonly limit: number; readonly resetsAt: number }
  | { readonly type: 'full'; readonly scope: 'member' | 'queue'; readonly limit: number }
  | { readonly type: 'paused' };

export type GateAnswer =
  /** Another process, or an earlier delivery of the same event, answers this interaction. */
  | { readonly type: 'taken' }
  | { readonly type: 'repeated' }
  | {
      readonly type: 'open';
      readonly refusal: AdmissionRefusal | null;
      readonly guild: GuildPreferences;
      /** In the order of `jobIds`; null where the record is gone. */
      readonly jobs: readonly (JobRecord | null)[];
    };

/** The part of a guild's settings that commands read; everything has a default. */
export interface GuildPreferences {
  readonly safety: SafetyPreset;
  /** Channels where the bot may paint; empty means all. */
  readonly channelIds: readonly string[];
  readonly negativePrompt: string;
  readonly maxSteps: number | null;
  readonly maxEdge: number | null;
  readonly maxCount: number | null;
  readonly onFlag: 'withhold' | 'blur';
  readonly showReasons: boolean;
  /** Words and phrases the guild refuses in addition to the built-in list. */
  readonly refusedPhrases: readonly string[];
}

export interface JobRecord {
  readonly job: GenerateJob;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly result: GenerateResult | null;
  /** Where it was posted, once it was. */
  readonly message: { readonly channelId: string; readonly messageId: string } | null;
  readonly childJobIds: readonly string[];
}

export interface Gate {
  pass(request: GateRequest): Promise<GateAnswer>;
  /** The promise made for this interaction is kept: its intent may be dropped. */
  settle(interactionId: string): Promise<void>;
  /** Intents that a process left behind, oldest first; each is handed to one caller only. */
  unfinished(olderThanMs: number): Promise<readonly string[]>;
}

export interface QueuePlace {
  readonly jobId: string;
  readonly state: 'queued' | 'running';
  /** Jobs that start before this one; 0 when it is next or running. */
  readonly ahead: number;
  /** Milliseconds until it is posted, from measured step times; null while nothing was measured. */
  readonly etaMs: number | null;
}

export type JobEvent =
  | { readonly type: 'progress'; readonly jobId: string; readonly progress: GenerateProgress }
  /** Done, failed or cancelled: no further edits may come from the progress side. */
  | { readonly type: 'ended'; readonly jobId: string };

export interface JobQueue {
  /** Idempotent by job id. Stores the record, links it to its parent, enqueues in fair order. */
  enqueue(job: GenerateJob): Promise<QueuePlace>;
  /** Pictures that exist already go straight to delivery, under a record of their own (U buttons). Idempotent by job id. */
  deliver(job: DeliverJob): Promise<void>;
  /** `too-late` when it ended before. Frees the place; a running job stops between two steps. */
  cancel(jobId: string, byUserId: string): Promise<'cancelled' | 'too-late' | 'unknown'>;
  place(jobId: string): Promise<QueuePlace | null>;
  places(userId: string): Promise<readonly QueuePlace[]>;
  /** Hears about every job of this installation; returns the way to stop. */
  subscribe(listener: (event: JobEvent) => void): () => void;
  inspect(job: InspectJob, timeoutMs: number): Promise<InspectResult>;
}

export interface JobStore {
  get(jobId: string): Promise<JobRecord | null>;
  /** Job that a posted message shows. */
  findByMessage(messageId: string): Promise<JobRecord | null>;
  setMessage(jobId: string, message: { channelId: string; messageId: string }): Promise<void>;
  /** Unique uint32 marks, one per picture. */
  nextTraceIds(count: number): Promise<readonly number[]>;
  /** Since the installation began. */
  totals(): Promise<{ readonly pictures: number; readonly paintMs: number }>;
}

export interface ImageStore {
  /** Null when it was evicted. */
  get(key: string): Promise<Uint8Array | null>;
  has(key: string): Promise<boolean>;
  /** A picture that a member brought (or that was cut from a message): input only, never posted as it is. @returns its key */
  putUpload(bytes: Uint8Array): Promise<string>;
}
