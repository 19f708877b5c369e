// What moderators read of filter, queue, audit trail and statistics, in English.

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const commands = {
  filter: {
    name: 'filter',
    description: 'Words and patterns that this server refuses, flags or logs',
    subcommands: {
      add: {
        name: 'add',
        description: 'Add words or a pattern to this server’s filter',
        options: {
          text: { name: 'text', description: 'A word, a phrase, or a pattern in RE2’s language' },
          action: { name: 'action', description: 'What becomes of such a request; without it, it is refused' },
          kind: { name: 'kind', description: 'Words or a pattern; without it, words' },
        },
      },
      remove: {
        name: 'remove',
        description: 'Take an entry out of this server’s filter',
        options: { entry: { name: 'entry', description: 'Which one' } },
      },
      list: { name: 'list', description: 'This server’s filter; only you see it', options: {} },
      test: {
        name: 'test',
        description: 'Which rule would act on a text; nothing is painted',
        options: {
          text: { name: 'text', description: 'A prompt, as for /imagine' },
          negative: { name: 'negative', description: 'Its negative prompt' },
        },
      },
    },
  },
  queue: {
    name: 'queue',
    description: 'What waits and runs for this server: see it, cancel, pause, resume',
    options: {},
  },
  audit: {
    name: 'audit',
    description: 'Every moderation action and every flagged request of this server',
    options: {
      member: { name: 'member', description: 'Who did it, or whom it concerns' },
      action: { name: 'action', description: 'What happened' },
      days: { name: 'days', description: 'How far back' },
    },
  },
  stats: {
    name: 'stats',
    description: 'Pictures, flags, waiting times, energy and carbon of this server',
    options: { days: { name: 'days', description: 'How far back; 7 without it' } },
  },
};

export const admin = {
  filter: {
    title: 'Filter of this server',
    empty: 'This server has no words of its own.',
    shipped: (words: string, categories: string) => `Below these stands the list for all: ${words} (${categories}).`,
    shippedCount: (phrases: number) => plural(phrases, 'phrase', 'phrases'),
    actionChoices: {
      refuse: 'Refuse: it is not painted',
      flag: 'Flag: it is painted, and moderators are told',
      log: 'Log: it is painted and written down',
    },
    actions: { refuse: 'refuse', flag: 'flag', log: 'log' },
    kindChoices: { words: 'Words', pattern: 'Pattern (RE2)' },
    kinds: { words: 'words', pattern: 'pattern' },
    unreadable: 'cannot be read any more and matches nothing',
    page: (page: number, pages: number, entries: number) =>
      `Page ${page} of ${pages}, ${plural(entries, 'entry', 'entries')}. Members never see this list.`,
    added: (text: string, action: string) => `Added: ${text} (${action}). It counts from the next request on.`,
    removed: (text: string) => `Removed: ${text}.`,
    gone: 'There is no such entry.',
    problems: {
      'no-words': 'Nothing is left of this after normalisation: please give letters or numbers.',
      'no-pattern': 'RE2 does not know this pattern. Look-arounds and back references do not exist there.',
      'matches-everything': 'This pattern would match every prompt.',
      'too-costly': 'This pattern is too large, by itself or together with the others. Shorten it or its counts.',
      'too-many': 'The filter is full.',
      'too-many-patterns': 'There are as many patterns as there may be. Words have more room.',
      known: 'This is in the filter already.',
    },
    passes: (preset: string) => `✅ Nothing acts on this text (preset: ${preset}).`,
    refusedBy: (rule: string, preset: string) => `⛔ Refused by ${rule} (preset: ${preset}).`,
    refusedFor: (rule: string, preset: string, matched: string) =>
      `⛔ Refused by ${rule} (preset: ${preset}), because of ${matched}.`,
    noticedFor: (action: string, matched: string) => `🚩 Painted, with the action “${action}”, because of ${matched}.`,
    rules: {
      minors: 'the floor under every setting (minors)',
      length: 'the limits of a prompt',
      'invite-link': 'the rule against invite links',
      'refused-words': 'the list for all',
      'server-filter': 'this server’s filter',
    },
  },
  queue: {
    title: 'Queue of this server',
    empty: 'Nothing waits and nothing runs.',
    paused: 'Painting is paused: what runs is finished, what waits stays, new requests are turned away.',
    pickJobs: 'Cancel jobs …',
    pickMembers: 'Cancel all jobs of …',
    pause: 'Pause',
    resume: 'Resume',
    page: (page: number, pages: number, jobs: number) => `Page ${page} of ${pages}, ${plural(jobs, 'job', 'jobs')}`,
  },
  audit: {
    title: 'Audit trail of this server',
    empty: 'Nothing is written down here.',
    by: (who: string) => `by ${who}`,
    page: (page: number) => `Page ${page}. Entries leave by retention alone.`,
    export: 'Export as CSV',
    exported: (rows: number) => `${plural(rows, 'entry', 'entries')}, newest first.`,
    noAction: 'I know no such action. Type in the option to see them all.',
    actions: {
      'member banned': 'Member banned',
      'member unbanned': 'Member unbanned',
      'settings changed': 'Settings changed',
      'filter entry added': 'Filter entry added',
      'filter entry removed': 'Filter entry removed',
      'request refused': 'Request refused',
      'request flagged': 'Request flagged',
      'request logged': 'Request logged',
      'picture withheld': 'Picture withheld',
      'picture blurred': 'Picture blurred',
      'picture released': 'Picture released',
      'picture upheld': 'Withholding upheld',
      'picture taken down': 'Picture taken down',
      'picture traced': 'Picture traced',
      'review asked': 'A moderator was asked',
      'picture reported': 'Picture reported',
      'report dismissed': 'Report dismissed',
      'takedown lifted': 'Takedown lifted',
      'input picture refused': 'Input picture refused',
      'job cancelled': 'Job cancelled',
      'jobs cancelled': 'Jobs of a member cancelled',
      'queue paused': 'Queue paused',
      'queue resumed': 'Queue resumed',
      'message removed': 'Message removed',
      'audit exported': 'Audit trail exported',
    },
  },
  stats: {
    title: (days: number) => `This server in the last ${plural(days, 'day', 'days')}`,
    pictures: 'Pictures',
    requests: 'Requests',
    requestsOf: (done: number, failed: number, cancelled: number) =>
      `${done} painted, ${failed} failed, ${cancelled} cancelled`,
    heldBack: 'Held back by the checker',
    heldBackOf: (withheld: number, blurred: number) => `${withheld} withheld, ${blurred} blurred`,
    prompts: 'Prompts that a rule met',
    promptsOf: (refused: number, flagged: number, logged: number) =>
      `${refused} refused, ${flagged} flagged, ${logged} logged`,
    waiting: 'From request to first step',
    whole: 'From request to picture',
    spread: (median: string, most: string) => `half within ${median}, 95 % within ${most}`,
    energy: 'Energy (estimate)',
    energyOf: (wattHours: string, grams: string) => `${wattHours} Wh, ${grams} g CO₂`,
    method: (watts: number, grams: number) => `Energy: ${watts} W while painting; carbon: ${grams} g per kWh.`,
    cut: 'Only the newest requests were counted.',
  },
};

export const modLog = {
  filterAdded: (by: string, entry: string, kind: string, action: string) =>
    `🧹 ${by} added \`${entry}\` to the filter (${kind}, ${action}).`,
  filterRemoved: (by: string, entry: string) => `🧹 ${by} took \`${entry}\` out of the filter.`,
  refused: (who: string, channel: string, rule: string, text: string | null) =>
    `⛔ ${who} in ${channel}: refused by ${rule}${text === null ? '.' : `: “${text}”`}`,
  inputRefused: (who: string, channel: string) =>
    `⛔ ${who} in ${channel}: the safety check refused a picture to start from.`,
  withheld: (who: string, channel: string, what: string, job: string) =>
    `🛡️ ${who} in ${channel}: ${what} (job ${job}).`,
  withheldPart: (tiles: string, reason: string) => `${tiles} withheld, ${reason}`,
  blurredPart: (tiles: string, reason: string) => `${tiles} posted blurred, ${reason}`,
  andMore: (count: number) => `… and ${count} more. \`/admin audit\` has them all.`,
  flagged: (who: string, channel: string, entries: string, text: string, job: string) =>
    `🚩 ${who} in ${channel}: filter ${entries} flagged “${text}” (job \`${job}\`).`,
  logged: (who: string, channel: string, entries: string, text: string, job: string) =>
    `📝 ${who} in ${channel}: filter ${entries} logged “${text}” (job \`${job}\`).`,
  jobCancelled: (by: string, who: string, job: string) => `✋ ${by} cancelled a job of ${who} (\`${job}\`).`,
  jobsCancelled: (by: string, who: string, jobs: number) =>
    `✋ ${by} cancelled ${plural(jobs, 'job', 'jobs')} of ${who}.`,
  paused: (by: string) => `⏸️ ${by} paused painting in this server.`,
  resumed: (by: string) => `▶️ ${by} resumed painting in this server.`,
  messageRemoved: (by: string, channel: string, job: string) =>
    `🗑️ ${by} removed a message of mine in ${channel} (job \`${job}\`).`,
  auditExported: (by: string, rows: number) =>
    `📄 ${by} exported ${plural(rows, 'entry', 'entries')} of the audit trail.`,
};
