// Everything a handler may reach. Built once by the composition root and handed down; there is no global container.

import type { REST } from 'discord.js';
import type { PaintDefaults } from '../jobs/model-defaults.ts';
import type { Rule } from '../moderation/rule.ts';
import type { Ceilings } from '../moderation/settings-change.ts';
import type { Logger } from '../observability/logger.ts';
import type { Style } from '../prompt/styles.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { Batches } from '../store/batches.ts';
import type { Favourites } from '../store/favourites.ts';
import type { Gate } from '../store/gate.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { JobStore } from '../store/jobs.ts';
import type { KeptResults } from '../store/kept-results.ts';
import type { MemberSettingsStore } from '../store/member-settings.ts';
import type { ModerationStores } from '../store/moderation-stores.ts';
import type { Totals } from '../store/totals.ts';
import type { TraceRegistry } from '../store/trace-registry.ts';
import type { Uploads } from '../store/uploads.ts';
import type { LiveJobs } from './live-jobs.ts';
import type { ModLogDigest } from './mod-log-digest.ts';
import type { OfferedModel, Offers } from './offers.ts';

/** What this installation offers and allows: the operator's part of every decision. */
export interface Installation {
  /** The default model as it was when the commands were registered. */
  readonly model: Pick<OfferedModel, 'name' | 'hash' | 'nativeSize' | 'defaults'>;
  /** What workers hold right now. */
  readonly offers: Offers;
  readonly limits: {
    readonly maxSteps: number;
    readonly maxEdge: number;
    readonly maxCount: number;
    /** Jobs that one command may start. */
    readonly maxJobs: number;
  };
  /** For models that bring none of their own. */
  readonly defaults: PaintDefaults;
  readonly styles: readonly Style[];
  readonly preview: 'off' | 'blurred';
  /** Operator's safety adjustment; guilds may only be stricter. */
  readonly safetyAdjustment: number;
  /** What servers may set at most. */
  readonly ceilings: Ceilings;
  /** Roles that the operator trusts with all of /admin, in whichever server they are. */
  readonly operatorRoleIds: readonly string[];
  readonly cdnHosts: readonly string[];
  /** Whether members accept the terms before their first picture. */
  readonly terms: 'first-use' | 'off';
  readonly energy: { readonly watts: number; readonly gramsPerKilowattHour: number };
}

export interface Services {
  readonly rest: REST;
  readonly installation: Installation;
  readonly rules: readonly Rule[];
  readonly gate: Gate;
  readonly queue: JobQueue;
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly uploads: Uploads;
  readonly kept: KeptResults;
  readonly batches: Batches;
  readonly memberSettings: MemberSettingsStore;
  readonly favourites: Favourites;
  readonly traces: TraceRegistry;
  readonly totals: () => Promise<Totals>;
  readonly moderation: ModerationStores;
  readonly live: LiveJobs;
  readonly modLog: ModLogDigest;
  /** Cuts tile `index` (0-based) out of an encoded grid of `count`. @returns PNG */
  readonly cutTile: (grid: Uint8Array, index: number, count: number) => Promise<Uint8Array>;
  readonly logger: Logger;
}
