// Every Redis key in one place. Two families with one hash tag, so that a Cluster keeps what one Lua script touches on one slot:
//   easel:{easel}:...   memory: requests, settings, bans, quotas, audit; what a backup holds
//   {easel}:work:...    work under way beside BullMQ's own keys ({easel}:<queue>:...): fair order, progress, claims; worthless once jobs are done
// Pictures (easel-pictures:...) carry no common tag: nothing about them is atomic with the rest, and they may spread over a Cluster.

const memory = (...parts: readonly string[]) => ['easel:{easel}', ...parts].join(':');
const work = (...parts: readonly string[]) => ['{easel}:work', ...parts].join(':');

export const redisKeys = {
  memoryPrefix: 'easel:',
  /** Hash: data, state, result, message, children are apart. */
  job: (jobId: string) => memory('job', jobId),
  jobPrefix: memory('job', ''),
  /** Set of job ids. */
  children: (jobId: string) => memory('children', jobId),
  childrenPrefix: memory('children', ''),
  /** String: the job whose pictures a message shows. */
  message: (messageId: string) => memory('message', messageId),
  /** Sorted sets of job ids by time of creation. */
  memberJobs: (userId: string) => memory('member-jobs', userId),
  guildJobs: (guildId: string) => memory('guild-jobs', guildId),
  guildSettings: (guildId: string) => memory('guild', guildId),
  guilds: memory('guilds'),
  memberSettings: (userId: string) => memory('member', userId),
  terms: (userId: string) => memory('terms', userId),
  /** The request that waits until its member has accepted the terms. */
  pendingTerms: (userId: string) => memory('pending-terms', userId),
  ban: (guildId: string | null, userId: string) => memory('ban', guildId ?? 'everywhere', userId),
  bans: (guildId: string | null) => memory('bans', guildId ?? 'everywhere'),
  /** `day` is UTC, yyyy-mm-dd. */
  quota: (day: string, ...who: readonly string[]) => memory('quota', day, ...who),
  audit: (guildId: string | null) => memory('audit', guildId ?? 'everywhere'),
  /** Hash: pictures, paintMs since the beginning. */
  totals: memory('totals'),
  /** String: how many gateway shards there are where so many processes share them. */
  shardTotal: (parts: number) => memory('shard-total', String(parts)),
  /** Hash: scope -> hash of the commands registered last. */
  registrations: memory('registrations'),
  traceCounter: memory('trace-counter'),
  trace: memory('trace'),
  withheld: (jobId: string, tile: number) => memory('withheld', jobId, String(tile)),
  /** Sorted set of keys in the image store by the time at which they were sent. */
  uploads: (userId: string) => memory('uploads', userId),
  favourites: (userId: string) => memory('favourites', userId),
  takedowns: memory('takedowns'),
  /** String: what a member wanted when the terms came in between, for a day. */
  keptRequest: (userId: string, interactionId: string) => memory('kept-request', userId, interactionId),
  /** Hash: what moderators were asked about a job, and what they decided. */
  review: (kind: string, jobId: string) => memory('review', kind, jobId),
  /** Hash: "<kind> <job id>" -> where in a mod-log the card is that asks about it, and when it is to be closed. */
  reviewCards: memory('review-cards'),
  /** Jobs that show this job's pictures again. */
  showings: (jobId: string) => memory('showings', jobId),
  /** Sorted set of servers the bot left, by the time at which their data is deleted. */
  departures: memory('departures'),
  /** Set of servers that an application is in, as far as was heard. */
  presence: (applicationId: string) => memory('presence', applicationId),
  kept: (userId: string) => memory('kept', userId),
  /** Hash of measured times of a model. */
  pace: (modelHash: string) => memory('pace', modelHash.slice(0, 16)),

  /** String: which process answers an interaction. */
  claim: (interactionId: string) => work('claim', interactionId),
  /** List: pictures charged at the gate, then the quota keys; gone once the job is accepted or the charge was given back. */
  charge: (interactionId: string) => work('charge', interactionId),
  /** String with an expiry: a shard of this bucket has just logged in to the gateway. */
  identifySlot: (bucket: number) => work('identify', String(bucket)),
  press: (digest: string) => work('press', digest),
  intents: work('intents'),
  intentTimes: work('intent-times'),
  /** Set of the names of all generate queues. */
  queues: work('queues'),
  /** Hash of one queue: virtual (time), base. */
  fair: (queueName: string) => work('fair', queueName),
  /** Sorted set: member -> virtual finish time. */
  flows: (queueName: string) => work('flows', queueName),
  /** Sorted set of one guild's members -> virtual finish time; who is in it counts as active. */
  guildFlows: (queueName: string, guildId: string) => work('guild-flows', queueName, guildId),
  /** Sorted set of unfinished jobs by virtual start time. */
  open: (queueName: string) => work('open', queueName),
  /** Hash: unfinished job -> "<units> <userId>". */
  units: (queueName: string) => work('units', queueName),
  /** Set of a member's unfinished jobs. */
  memberOpen: (userId: string) => work('member', userId),
  /** Sorted set of a member's running jobs by the end of their lease. */
  running: (userId: string) => work('running', userId),
  /** Sorted set of jobs a worker put back because their member runs enough, by virtual start time. */
  held: (queueName: string, userId: string) => work('held', queueName, userId),
  /** String with an expiry: jobs that wait for their member's yes, and which press took them. */
  batch: (userId: string, batchId: string) => work('batch', userId, batchId),
  /** String with an expiry: questions of a member to moderators in this hour. */
  reviewAsks: (kind: string, userId: string) => work('review-asks', kind, userId),
  /** Hash with an expiry: a member's refused requests in a server in this hour, and the entry that counts those beyond the limit. */
  refusals: (guildId: string | null, userId: string) => work('refusals', guildId ?? 'everywhere', userId),
  batchTaker: (userId: string, batchId: string) => work('batch-taker', userId, batchId),
  /** String with an expiry: what a worker saw in a picture, by BullMQ's id. */
  inspection: (id: string) => work('inspection', id),
  pausedGuilds: work('paused-guilds'),
  /** String with an expiry: who applies retention right now. */
  retention: work('retention'),
  /** String with an expiry: pictures whose time is over were looked for in this day. */
  pictureSweep: work('retention', 'pictures'),
  /** Set of "<queue> <job id>" that wait for their guild to be resumed. */
  pausedJobs: (guildId: string) => work('paused-jobs', guildId),
  cancel: (jobId: string) => work('cancel', jobId),
  progress: (jobId: string) => work('progress', jobId),
  /** Sorted set of jobs accepted and not yet posted, by time. */
  undelivered: work('undelivered'),
  /** String with an expiry: which bot keeps this job's message current. */
  live: (jobId: string) => work('live', jobId),
  /** String with an expiry: somebody edits this job's message right now. */
  editing: (jobId: string) => work('editing', jobId),
  ended: (jobId: string) => work('ended', jobId),
  /** Hash of what was tried for a job's delivery. */
  delivery: (jobId: string) => work('delivery', jobId),
  /** Sorted set of worker ids by last heartbeat, and a hash of what they announced. */
  workers: work('workers'),
  workerFacts: work('worker-facts'),

  picture: (key: string) => `easel-pictures:${key}`,
  /** Sorted set of picture keys by the time after which they may be evicted; hash of their sizes. */
  pictureOrder: work('pictures'),
  pictureSizes: work('picture-sizes'),
} as const;

/** Pub/sub channels. */
export const channels = { events: '{easel}:events', control: '{easel}:control' } as const;
