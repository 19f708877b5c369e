// What /admin says, in English: to moderators alone, and in the mod-log.

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const adminCommand = {
  name: 'admin',
  description: 'For moderators of this server',
  subcommands: {
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
  },
};

export const admin = {
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
};

export const modLog = {
  banned: (by: string, who: string, until: string | null, reason: string | null) =>
    `🔨 ${by} banned ${who} from the bot ${until === null ? 'for good' : `until ${until}`}${reason === null ? '.' : `: ${reason}`}`,
  unbanned: (by: string, who: string) => `🕊️ ${by} lets ${who} use the bot again.`,
};
