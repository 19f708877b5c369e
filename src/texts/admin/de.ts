// /admin und Mod-Log auf Deutsch.

import * as tools from '../moderation-tools/de.ts';
import type { Partially } from '../partial.ts';
import { takedownCommand, takedownsCommand, traceCommand } from '../review/de.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const member = { name: 'mitglied', description: 'Wen' };
const reason = { name: 'grund', description: 'Warum' };

export const adminCommand = {
  name: 'admin',
  description: 'Für die Moderation dieses Servers',
  subcommands: {
    ...tools.commands,
    trace: traceCommand,
    takedown: takedownCommand,
    takedowns: takedownsCommand,
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
    settings: {
      name: 'einstellungen',
      description: 'Was dieser Server über den Bot bestimmt, auf einen Blick',
      options: {},
    },
  },
} satisfies Partially<typeof en.adminCommand>;

export const admin = {
  ...tools.admin,
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
  panel: {
    title: 'Einstellungen dieses Servers',
    footer: 'Die Grenzen des Betreibers gehen vor. Änderungen gelten sofort.',
    pages: {
      places: { name: 'Orte', description: 'Wo gemalt wird und wo die Moderation mitliest' },
      safety: { name: 'Sicherheit', description: 'Stufe, markierte Bilder, Gründe, negativer Prompt' },
      limits: { name: 'Grenzen', description: 'Schritte, Größe, Anzahl, Bilder am Tag' },
      shares: { name: 'Anteile', description: 'Rollen, die kürzer oder länger warten als andere' },
      team: { name: 'Team und Sprache', description: 'Weitere Moderatorenrollen, Sprache des Mod-Logs' },
    },
    fields: {
      channelIds: 'Kanäle zum Malen',
      modLogChannelId: 'Mod-Log',
      safety: 'Sicherheitsstufe',
      onFlag: 'Markierte Bilder',
      showReasons: 'Gründe',
      negativePrompt: 'Negativer Prompt für alle',
      maxSteps: 'Schritte',
      maxEdge: 'Längste Kante',
      maxCount: 'Bilder auf einmal',
      quotaPerMember: 'Bilder am Tag, Mitglied',
      quotaPerGuild: 'Bilder am Tag, Server',
      roleWeights: 'Anteile',
      moderatorRoleIds: 'Moderatorenrollen',
      locale: 'Sprache',
    },
    presets: {
      strict: {
        name: 'Streng',
        description: 'Hält mehr zurück als nötig und lehnt mehr Wörter ab',
      },
      standard: {
        name: 'Standard',
        description: 'Die Schwellen, mit denen der Prüfer veröffentlicht wurde',
      },
      'age-restricted': {
        name: 'Altersbeschränkt',
        description: 'Wie Standard; markierte Bilder dürfen in altersbeschränkten Kanälen unscharf erscheinen',
      },
    },
    onFlag: {
      withhold: {
        name: 'Zurückhalten',
        description: 'Niemand sieht sie; die Moderation kann sie freigeben',
      },
      blur: {
        name: 'Unscharf, als Spoiler',
        description: 'Nur in altersbeschränkten Kanälen unter dieser Stufe; sonst zurückgehalten',
      },
    },
    everywhere: 'überall',
    none: 'keiner',
    shown: 'werden genannt',
    hidden: 'werden nicht genannt',
    noLimit: 'keine Grenze',
    alike: 'für alle gleich',
    permissionsOnly: 'nur nach Discords Rechten',
    serversLanguage: 'Wie in Discords Servereinstellungen',
    pickChannels: 'Kanäle zum Malen; keiner heißt überall',
    pickModLog: 'Kanal für das Mod-Log; keiner heißt kein Mod-Log',
    pickRole: 'Rolle, deren Anteil sich ändern soll',
    pickShare: 'Anteil',
    pickModerators: 'Rollen, die den Bot moderieren dürfen',
    shareOfAll: '×1: wie alle',
    showReasons: 'Gründe nennen',
    hideReasons: 'Gründe nicht nennen',
    editNegative: 'Negativer Prompt …',
    editQuotas: 'Bilder am Tag …',
    noModLog: 'Diesen Kanal kann ich nicht erreichen.',
    modLogMute: 'Im Mod-Log-Kanal darf ich nicht schreiben.',
    operators: (limit) => `${limit} (vom Betreiber)`,
    operatorsLimit: (what, limit) => `${what}: Grenze des Betreibers (${limit})`,
    atMost: (what, limit) => `${what}: höchstens ${limit}`,
    upTo: (what, limit) => `${what} (1–${limit})`,
    share: (share) => `×${String(share).replace('.', ',')}`,
    notANumber: (what, limit) => `${what}: Bitte gib eine ganze Zahl von 1 bis ${limit} an, oder nichts.`,
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  ...tools.modLog,
  banned: (by, who, until, why) =>
    `🔨 ${by} hat ${who} ${until === null ? 'für immer' : `bis ${until}`} vom Bot ausgeschlossen${why === null ? '.' : `: ${why}`}`,
  unbanned: (by, who) => `🕊️ ${by} lässt ${who} den Bot wieder benutzen.`,
  settingsChanged: (by, what, value) => `⚙️ ${by} hat **${what}** geändert: ${value}.`,
} satisfies Partially<typeof en.modLog>;
