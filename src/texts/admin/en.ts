// What /admin says, in English: to moderators alone, and in the mod-log.

import * as tools from '../moderation-tools/en.ts';
import { takedownCommand, takedownsCommand, traceCommand } from '../review/en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const adminCommand = {
  name: 'admin',
  description: 'For moderators of this server',
  subcommands: {
    ...tools.commands,
    trace: traceCommand,
    takedown: takedownCommand,
    takedowns: takedownsCommand,
    ban: {
      name: 'ban',
      description: 'Keep a member from using this bot; their waiting jobs stop',
      options: {
        member: { name: 'member', description: 'Whom' },
        duration: { name: 'duration', description: 'For how long, for example 2 h or 7 d; without it, for good' },
        reason: { name: 'reason', description: 'Why' },
      },
    },
    timeout: {
      name: 'timeout',
      description: 'Keep a member from using this bot for a while; their waiting jobs stop',
      options: {
        member: { name: 'member', description: 'Whom' },
        duration: { name: 'duration', description: 'For how long, for example 10 m, 2 h or 7 d' },
        reason: { name: 'reason', description: 'Why' },
      },
    },
    unban: {
      name: 'unban',
      description: 'Let a member use this bot again',
      options: { member: { name: 'member', description: 'Whom' } },
    },
    bans: { name: 'bans', description: 'Who may not use this bot here, until when and why', options: {} },
    settings: { name: 'settings', description: 'What this server decides about the bot, in one panel', options: {} },
  },
};

export const admin = {
  ...tools.admin,
  noDuration: 'That is no duration. Write for example `10 m`, `2 h`, `7 d` or `4 w`; a year at most.',
  notYourself: 'You cannot ban yourself.',
  notABot: 'Bots do not use me.',
  notAModerator: 'A moderator can only be banned by somebody who may manage the server.',
  banned: (who: string, until: string | null, jobs: number) =>
    `${who} may not use me ${until === null ? 'any more' : `until ${until}`}.` +
    (jobs === 0 ? '' : ` ${plural(jobs, 'job was', 'jobs were')} stopped.`),
  lifted: (who: string) => `${who} may use me again.`,
  notBanned: (who: string) => `${who} is not banned here.`,
  noBans: 'Nobody is banned from the bot here.',
  bansTitle: 'Banned from the bot',
  banLine: (who: string, until: string | null, by: string, reason: string | null) =>
    `${who} — ${until === null ? 'for good' : `ends ${until}`}, by ${by}${reason === null ? '' : `: ${reason}`}`,
  liftChoice: 'Let in again …',
  more: (count: number) => `… and ${count} more`,
  panel: {
    title: 'Settings of this server',
    footer: 'The operator’s limits stand above these. Changes count at once.',
    pages: {
      places: { name: 'Places', description: 'Where pictures are painted, and where moderators read along' },
      safety: { name: 'Safety', description: 'Preset, flagged pictures, reasons, negative prompt' },
      limits: { name: 'Limits', description: 'Steps, size, count, pictures a day' },
      shares: { name: 'Fair shares', description: 'Roles that wait less or more than others' },
      team: { name: 'Team and language', description: 'Further moderator roles, language of the mod-log' },
    },
    fields: {
      channelIds: 'Channels to paint in',
      modLogChannelId: 'Mod-log',
      safety: 'Safety preset',
      onFlag: 'Flagged pictures',
      showReasons: 'Reasons',
      negativePrompt: 'Negative prompt for all',
      maxSteps: 'Steps',
      maxEdge: 'Longest edge',
      maxCount: 'Pictures at a time',
      quotaPerMember: 'Pictures a day, member',
      quotaPerGuild: 'Pictures a day, server',
      roleWeights: 'Fair shares',
      moderatorRoleIds: 'Moderator roles',
      locale: 'Language',
    },
    presets: {
      strict: {
        name: 'Strict',
        description: 'Withholds more than needed and refuses more words',
      },
      standard: {
        name: 'Standard',
        description: 'The thresholds that the checker was published with',
      },
      'age-restricted': {
        name: 'Age-restricted',
        description: 'As standard; lets you blur flagged pictures in age-restricted channels',
      },
    },
    onFlag: {
      withhold: {
        name: 'Withhold',
        description: 'Nobody sees it; a moderator may release it',
      },
      blur: {
        name: 'Blur and spoiler',
        description: 'Only in age-restricted channels under that preset; withheld elsewhere',
      },
    },
    everywhere: 'everywhere',
    none: 'none',
    shown: 'shown',
    hidden: 'hidden',
    noLimit: 'no limit',
    alike: 'all alike',
    permissionsOnly: 'by Discord’s permissions only',
    serversLanguage: 'As in Discord’s server settings',
    pickChannels: 'Channels to paint in; none for everywhere',
    pickModLog: 'Channel for the mod-log; none for no mod-log',
    pickRole: 'Role whose share is to change',
    pickShare: 'Share',
    pickModerators: 'Roles that may moderate the bot',
    shareOfAll: '×1: as everybody',
    showReasons: 'Show reasons',
    hideReasons: 'Hide reasons',
    editNegative: 'Negative prompt …',
    editQuotas: 'Pictures a day …',
    noModLog: 'That channel cannot be reached by me.',
    modLogMute: 'I may not write in the mod-log channel.',
    operators: (limit: number) => `${limit} (the operator’s)`,
    operatorsLimit: (what: string, limit: number) => `${what}: the operator’s limit (${limit})`,
    atMost: (what: string, limit: number) => `${what}: at most ${limit}`,
    upTo: (what: string, limit: number) => `${what} (1–${limit})`,
    share: (share: number) => `×${share}`,
    notANumber: (what: string, limit: number) => `${what}: please give a whole number from 1 to ${limit}, or nothing.`,
  },
};

export const modLog = {
  ...tools.modLog,
  banned: (by: string, who: string, until: string | null, reason: string | null) =>
    `🔨 ${by} banned ${who} from the bot ${until === null ? 'for good' : `until ${until}`}${reason === null ? '.' : `: ${reason}`}`,
  unbanned: (by: string, who: string) => `🕊️ ${by} lets ${who} use the bot again.`,
  settingsChanged: (by: string, what: string, value: string) => `⚙️ ${by} set **${what}** to ${value}.`,
};
