// /admin und Mod-Log auf Deutsch.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const member = { name: 'mitglied', description: 'Wen' };
const reason = { name: 'grund', description: 'Warum' };

export const adminCommand = {
  name: 'admin',
  description: 'Für die Moderation dieses Servers',
  subcommands: {
    ban: {
      name: 'sperren',
      description: 'Schließt ein Mitglied von diesem Bot aus; wartende Aufträge enden',
      options: {
        member,
        duration: { name: 'dauer', description: 'Wie lange, zum Beispiel 2 h oder 7 d; ohne Angabe für immer' },
        reason,
      },
    },
    timeout: {
      name: 'auszeit',
      description: 'Schließt ein Mitglied eine Zeit lang von diesem Bot aus; wartende Aufträge enden',
      options: {
        member,
        duration: { name: 'dauer', description: 'Wie lange, zum Beispiel 10 m, 2 h oder 7 d' },
        reason,
      },
    },
    unban: {
      name: 'entsperren',
      description: 'Lässt ein Mitglied diesen Bot wieder benutzen',
      options: { member },
    },
    bans: {
      name: 'sperren-liste',
      description: 'Wer diesen Bot hier nicht benutzen darf, bis wann und warum',
      options: {},
    },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  noDuration: 'Das ist keine Dauer. Schreib zum Beispiel `10 m`, `2 h`, `7 d` oder `4 w`; höchstens ein Jahr.',
  notYourself: 'Dich selbst kannst du nicht sperren.',
  notABot: 'Bots benutzen mich nicht.',
  notAModerator: 'Moderatoren kann nur sperren, wer den Server verwalten darf.',
  banned: (who, until, jobs) =>
    `${who} darf mich ${until === null ? 'nicht mehr' : `bis ${until} nicht`} benutzen.` +
    (jobs === 0 ? '' : ` ${plural(jobs, 'Auftrag wurde', 'Aufträge wurden')} beendet.`),
  lifted: (who) => `${who} darf mich wieder benutzen.`,
  notBanned: (who) => `${who} ist hier nicht gesperrt.`,
  noBans: 'Hier ist niemand vom Bot ausgeschlossen.',
  bansTitle: 'Vom Bot ausgeschlossen',
  banLine: (who, until, by, why) =>
    `${who} — ${until === null ? 'für immer' : `endet ${until}`}, von ${by}${why === null ? '' : `: ${why}`}`,
  liftChoice: 'Wieder zulassen …',
  more: (count) => `… und ${count} weitere`,
} satisfies Partially<typeof en.admin>;

export const modLog = {
  banned: (by, who, until, why) =>
    `🔨 ${by} hat ${who} ${until === null ? 'für immer' : `bis ${until}`} vom Bot ausgeschlossen${why === null ? '.' : `: ${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} lässt ${who} den Bot wieder benutzen.`,
} satisfies Partially<typeof en.modLog>;
