// Filter, Warteschlange, Protokoll und Zahlen für die Moderation, auf Deutsch.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const commands = {
  filter: {
    name: 'filter',
    description: 'Wörter und Muster, die dieser Server ablehnt, meldet oder vermerkt',
    subcommands: {
      add: {
        name: 'hinzufügen',
        description: 'Nimmt Wörter oder ein Muster in den Filter dieses Servers auf',
        options: {
          text: { name: 'text', description: 'Ein Wort, eine Wendung oder ein Muster in der Sprache von RE2' },
          action: { name: 'aktion', description: 'Was mit so einem Auftrag geschieht; ohne Angabe abgelehnt' },
          kind: { name: 'art', description: 'Wörter oder ein Muster; ohne Angabe Wörter' },
        },
      },
      remove: {
        name: 'entfernen',
        description: 'Nimmt einen Eintrag aus dem Filter dieses Servers',
        options: { entry: { name: 'eintrag', description: 'Welchen' } },
      },
      list: { name: 'liste', description: 'Der Filter dieses Servers; nur du siehst ihn', options: {} },
      test: {
        name: 'test',
        description: 'Welche Regel bei einem Text eingreift; gemalt wird nichts',
        options: {
          text: { name: 'text', description: 'Ein Prompt, wie für /imagine' },
          negative: { name: 'negativ', description: 'Der negative Prompt dazu' },
        },
      },
    },
  },
  queue: {
    name: 'warteschlange',
    description: 'Was für diesen Server wartet und läuft: ansehen, abbrechen, anhalten, fortsetzen',
    options: {},
  },
  audit: {
    name: 'protokoll',
    description: 'Jede Handlung der Moderation und jeder auffällige Auftrag dieses Servers',
    options: {
      member: { name: 'mitglied', description: 'Wer es tat oder wen es betrifft' },
      action: { name: 'aktion', description: 'Was geschah' },
      days: { name: 'tage', description: 'Wie weit zurück' },
    },
  },
  stats: {
    name: 'zahlen',
    description: 'Bilder, Auffälliges, Wartezeiten, Energie und CO₂ dieses Servers',
    options: { days: { name: 'tage', description: 'Wie weit zurück; ohne Angabe 7' } },
  },
} satisfies Partially<typeof en.commands>;

export const admin = {
  filter: {
    title: 'Filter dieses Servers',
    empty: 'Dieser Server hat keine eigenen Wörter.',
    shipped: (words, categories) => `Darunter steht die Liste für alle: ${words} (${categories}).`,
    shippedCount: (phrases) => plural(phrases, 'Wendung', 'Wendungen'),
    actionChoices: {
      refuse: 'Ablehnen: es wird nicht gemalt',
      flag: 'Melden: es wird gemalt, die Moderation erfährt es',
      log: 'Vermerken: es wird gemalt und aufgeschrieben',
    },
    actions: { refuse: 'ablehnen', flag: 'melden', log: 'vermerken' },
    kindChoices: { words: 'Wörter', pattern: 'Muster (RE2)' },
    kinds: { words: 'Wörter', pattern: 'Muster' },
    unreadable: 'ist nicht mehr lesbar und trifft nichts',
    page: (page, pages, entries) =>
      `Seite ${page} von ${pages}, ${plural(entries, 'Eintrag', 'Einträge')}. Mitglieder sehen diese Liste nie.`,
    added: (text, action) => `Aufgenommen: ${text} (${action}). Gilt ab dem nächsten Auftrag.`,
    removed: (text) => `Entfernt: ${text}.`,
    gone: 'Diesen Eintrag gibt es nicht.',
    problems: {
      'no-words': 'Nach der Normalisierung bleibt davon nichts: Bitte gib Buchstaben oder Zahlen an.',
      'no-pattern': 'RE2 kennt dieses Muster nicht. Umschauen und Rückverweise gibt es dort nicht.',
      'matches-everything': 'Dieses Muster träfe jeden Prompt.',
      'too-costly': 'Dieses Muster ist zu groß, für sich oder mit den anderen. Kürze es oder seine Zähler.',
      'too-many': 'Der Filter ist voll.',
      'too-many-patterns': 'Es gibt so viele Muster, wie es geben darf. Wörter haben mehr Platz.',
      known: 'Das steht schon im Filter.',
    },
    passes: (preset) => `✅ Bei diesem Text greift nichts ein (Stufe: ${preset}).`,
    refusedBy: (rule, preset) => `⛔ Abgelehnt durch ${rule} (Stufe: ${preset}).`,
    refusedFor: (rule, preset, matched) => `⛔ Abgelehnt durch ${rule} (Stufe: ${preset}), wegen ${matched}.`,
    noticedFor: (action, matched) => `🚩 Wird gemalt, mit der Aktion „${action}“, wegen ${matched}.`,
    rules: {
      minors: 'die Grenze unter jeder Einstellung (Minderjährige)',
      length: 'die Grenzen eines Prompts',
      'invite-link': 'die Regel gegen Einladungslinks',
      'refused-words': 'die Liste für alle',
      'server-filter': 'den Filter dieses Servers',
    },
  },
  queue: {
    title: 'Warteschlange dieses Servers',
    empty: 'Nichts wartet, nichts läuft.',
    paused: 'Das Malen ist angehalten: Laufendes wird fertig, Wartendes bleibt, Neues wird abgewiesen.',
    pickJobs: 'Aufträge abbrechen …',
    pickMembers: 'Alle Aufträge abbrechen von …',
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    page: (page, pages, jobs) => `Seite ${page} von ${pages}, ${plural(jobs, 'Auftrag', 'Aufträge')}`,
  },
  audit: {
    title: 'Protokoll dieses Servers',
    empty: 'Hier ist nichts aufgeschrieben.',
    by: (who) => `von ${who}`,
    page: (page) => `Seite ${page}. Einträge gehen nur durch die Aufbewahrungsfrist.`,
    export: 'Als CSV ausgeben',
    exported: (rows) => `${plural(rows, 'Eintrag', 'Einträge')}, die neuesten zuerst.`,
    noAction: 'Diese Handlung kenne ich nicht. Tippe in die Option, um alle zu sehen.',
    actions: {
      'member banned': 'Mitglied gesperrt',
      'member unbanned': 'Mitglied entsperrt',
      'settings changed': 'Einstellungen geändert',
      'filter entry added': 'Filtereintrag aufgenommen',
      'filter entry removed': 'Filtereintrag entfernt',
      'request refused': 'Auftrag abgelehnt',
      'request flagged': 'Auftrag gemeldet',
      'request logged': 'Auftrag vermerkt',
      'picture withheld': 'Bild zurückgehalten',
      'picture blurred': 'Bild unscharf gezeigt',
      'picture released': 'Bild freigegeben',
      'picture upheld': 'Zurückhalten bestätigt',
      'picture taken down': 'Bild gesperrt und gelöscht',
      'picture traced': 'Bild zurückverfolgt',
      'review asked': 'Moderation gefragt',
      'picture reported': 'Bild gemeldet',
      'report dismissed': 'Meldung abgewiesen',
      'takedown lifted': 'Entfernung aufgehoben',
      'input picture refused': 'Eingabebild abgelehnt',
      'job cancelled': 'Auftrag abgebrochen',
      'jobs cancelled': 'Aufträge eines Mitglieds abgebrochen',
      'queue paused': 'Warteschlange angehalten',
      'queue resumed': 'Warteschlange fortgesetzt',
      'message removed': 'Nachricht entfernt',
      'audit exported': 'Protokoll ausgegeben',
    },
  },
  stats: {
    title: (days) => `Dieser Server in den letzten ${plural(days, 'Tag', 'Tagen')}`,
    pictures: 'Bilder',
    requests: 'Aufträge',
    requestsOf: (done, failed, cancelled) => `${done} gemalt, ${failed} gescheitert, ${cancelled} abgebrochen`,
    heldBack: 'Vom Prüfer angehalten',
    heldBackOf: (withheld, blurred) => `${withheld} zurückgehalten, ${blurred} unscharf gezeigt`,
    prompts: 'Prompts, bei denen eine Regel griff',
    promptsOf: (refused, flagged, logged) => `${refused} abgelehnt, ${flagged} gemeldet, ${logged} vermerkt`,
    waiting: 'Vom Auftrag zum ersten Schritt',
    whole: 'Vom Auftrag zum Bild',
    spread: (median, most) => `die Hälfte in ${median}, 95 % in ${most}`,
    energy: 'Energie (geschätzt)',
    energyOf: (wattHours, grams) => `${wattHours} Wh, ${grams} g CO₂`,
    method: (watts, grams) => `Energie: ${watts} W beim Malen; CO₂: ${grams} g je kWh.`,
    cut: 'Gezählt wurden nur die neuesten Aufträge.',
  },
} satisfies Partially<typeof en.admin>;

export const modLog = {
  filterAdded: (by, entry, kind, action) => `🧹 ${by} hat \`${entry}\` in den Filter aufgenommen (${kind}, ${action}).`,
  filterRemoved: (by, entry) => `🧹 ${by} hat \`${entry}\` aus dem Filter genommen.`,
  refused: (who, channel, rule, text) =>
    `⛔ ${who} in ${channel}: abgelehnt durch ${rule}${text === null ? '.' : `: „${text}“`}`,
  inputRefused: (who, channel) => `⛔ ${who} in ${channel}: Die Sicherheitsprüfung hat ein Ausgangsbild abgelehnt.`,
  withheld: (who, channel, what, job) => `🛡️ ${who} in ${channel}: ${what} (Auftrag ${job}).`,
  withheldPart: (tiles, reason) => `${tiles} zurückgehalten, ${reason}`,
  blurredPart: (tiles, reason) => `${tiles} unscharf gepostet, ${reason}`,
  andMore: (count) => `… und ${count} weitere. \`/admin protokoll\` zeigt alle.`,
  flagged: (who, channel, entries, text, job) =>
    `🚩 ${who} in ${channel}: Filter ${entries} meldet „${text}“ (Auftrag \`${job}\`).`,
  logged: (who, channel, entries, text, job) =>
    `📝 ${who} in ${channel}: Filter ${entries} vermerkt „${text}“ (Auftrag \`${job}\`).`,
  jobCancelled: (by, who, job) => `✋ ${by} hat einen Auftrag von ${who} abgebrochen (\`${job}\`).`,
  jobsCancelled: (by, who, jobs) => `✋ ${by} hat ${plural(jobs, 'Auftrag', 'Aufträge')} von ${who} abgebrochen.`,
  paused: (by) => `⏸️ ${by} hat das Malen auf diesem Server angehalten.`,
  resumed: (by) => `▶️ ${by} lässt auf diesem Server wieder malen.`,
  messageRemoved: (by, channel, job) =>
    `🗑️ ${by} hat in ${channel} eine Nachricht von mir entfernt (Auftrag \`${job}\`).`,
  auditExported: (by, rows) => `📄 ${by} hat ${plural(rows, 'Eintrag', 'Einträge')} des Protokolls ausgegeben.`,
} satisfies Partially<typeof en.modLog>;
