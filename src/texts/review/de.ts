// Prüfung, Meldung, Herkunft und Löschung auf Deutsch.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const picture = { name: 'bild', description: 'Das Bild als Datei: das Original, kein Bildschirmfoto' };
const link = { name: 'link', description: 'Oder der Link einer Nachricht von mir oder eine Auftrags-ID' };

export const traceCommand = {
  name: 'herkunft',
  description: 'Welche Anfrage ein Bild gemacht hat: wer, wann, mit welchem Modell',
  options: { picture, link },
} satisfies Partially<typeof en.traceCommand>;

export const origin = {
  title: 'Woher dieses Bild kommt',
  which: 'Bild',
  sheet: (job) => `der ganze Bogen von Auftrag ${job}`,
  tile: (tile, job) => `#${tile} von Auftrag ${job}`,
  by: 'Bestellt von',
  when: 'Gemalt',
  where: 'Wo',
  model: 'Modell',
  settings: 'Einstellungen',
  prompt: 'Prompt',
  read: 'Was gelesen wurde',
  message: (channel, url) => (url === null ? channel : `${channel}, ${url}`),
  private: 'privat',
  elsewhere: 'an einem anderen Ort',
  elsewhereLine:
    'Dieser Bot hat es gemalt, aber nicht auf diesem Server. Wer es bestellt hat, kann der Betreiber nachsehen (`easel trace`).',
  mark: (traceId) => `unsichtbare Marke mit der Kennung ${traceId}`,
  noMark: 'keine Kennung',
  reference: (percent) => `Stable Diffusions eigene Marke (${percent} % ihrer Bits)`,
  words: 'Einstellungen in der Datei',
  record: 'der Eintrag zur Nachricht selbst',
  notFound: 'Keine Marke gefunden. Das beweist nicht, dass das Bild nicht von hier ist: Marken können verloren gehen.',
  onlyReference:
    'Die Marke von Stable-Diffusion-Werkzeugen ist da, aber keine Kennung von mir: Eine Maschine hat es gemacht, wo, ist unbekannt.',
  unknownTrace: (traceId) =>
    `Die Marke trägt die Kennung ${traceId}, die ich nicht kenne: Das Bild kommt von einer anderen Installation, oder die Anfrage wurde gelöscht.`,
  giveOne: 'Gib ein Bild als Datei an oder den Link seiner Nachricht oder seine Auftrags-ID.',
  notAReference: 'Das ist weder der Link einer Nachricht noch eine Auftrags-ID.',
  unknownMessage: 'Dort kenne ich kein Bild von mir: Es ist nicht von mir, oder seine Anfrage wurde gelöscht.',
  traced: (by, what) => `🔎 ${by} hat nachgesehen, woher ein Bild kommt: ${what}.`,
  tracedNothing: 'keine Spur',
} satisfies Partially<typeof en.origin>;

export const takedownCommand = {
  name: 'entfernen',
  description: 'Löscht ein Bild überall, wo ich es gepostet habe, und hält zurück, was ihm gleicht',
  options: {
    picture,
    link,
    reason: { name: 'grund', description: 'Warum; fürs Protokoll' },
    everywhere: { name: 'überall', description: 'Auf allen Servern; für Rollen, denen der Betreiber vertraut' },
  },
} satisfies Partially<typeof en.takedownCommand>;

export const takedownsCommand = {
  name: 'entfernte',
  description: 'Was hier zurückgehalten wird, weil es entfernten Bildern gleicht; aufheben',
  options: {},
} satisfies Partially<typeof en.takedownsCommand>;

export const review = {
  onlyAuthor:
    'Nur wer dieses Bild bestellt hat, kann danach fragen. Melden kannst du ein Bild über sein Menü: Apps, Melden.',
  noModerators: 'Hier gibt es keine Moderation: Das geht nur auf Servern.',
  nothingWithheld: 'Hier ist nichts zurückgehalten.',
  noModLog:
    'Dieser Server hat keinen Kanal, in dem ich fragen könnte: Ein Mod-Log ist nicht eingestellt. Bitte frag selbst nach.',
  modLogAway:
    'Ins Mod-Log dieses Servers darf ich nicht schreiben, also wurde niemand gefragt. Bitte sag der Moderation Bescheid.',
  alreadyAsked: 'Die Moderation ist schon gefragt und hat noch nicht entschieden.',
  alreadyDecided: (decision) => `Das ist schon entschieden: ${decision}`,
  tooMany: (limit) => `Höchstens ${limit} davon in der Stunde. Bitte versuch es später noch einmal.`,
  asked: 'Die Moderation ist gefragt. Du hörst von mir, wenn sie entschieden hat.',
  reported: 'Danke. Die Moderation weiß Bescheid und entscheidet; sonst erfährt niemand, dass du es gemeldet hast.',
  notMine: 'Diese Nachricht zeigt kein Bild von mir.',
  reportFormTitle: 'Dieses Bild melden',
  reportFormLabel: 'Was stimmt damit nicht?',
  appealTitle: 'Ein zurückgehaltenes Bild: bitte entscheiden',
  reportTitle: 'Ein gemeldetes Bild: bitte entscheiden',
  appealLine: (who) => `${who} bittet die Moderation, sich anzusehen, was die Sicherheitsprüfung zurückgehalten hat.`,
  reportLine: (who) => `${who} meldet dieses Bild.`,
  reasonField: 'Grund',
  withheldField: 'Zurückgehalten',
  keptUntil: (when) => `Verschlüsselt aufbewahrt bis ${when}, danach gelöscht.`,
  neverReleased: 'Es wurde nicht aufbewahrt und kann nicht freigegeben werden.',
  blurredNote: 'Unscharf, hinter einem Spoiler. Gepostet wird nur, was ihr freigebt.',
  textAlone: 'Bilder erscheinen hier nur, wo das Mod-Log altersbeschränkt ist.',
  decisionField: 'Entscheidung',
  closed:
    'Geschlossen: Die Zeit ist um, oder worum es ging, wurde gelöscht. Was entschieden wurde, steht im Protokoll.',
  decided: {
    release: (by, when) => `✅ freigegeben von ${by}, ${when}`,
    uphold: (by, when) => `von ${by} so belassen, ${when}`,
    ban: (by, when) => `🔨 das Mitglied wurde von ${by} vom Bot ausgeschlossen, ${when}`,
    takedown: (by, when) => `🗑️ entfernt von ${by}, ${when}`,
  },
  buttons: {
    release: 'Freigeben',
    uphold: 'Zurückhalten',
    takedown: 'Entfernen',
    dismiss: 'Stehen lassen',
    ban: 'Sperren …',
  },
  banTitle: 'Vom Bot ausschließen',
  banDuration: 'Wie lange (2 h, 7 d); leer: für immer',
  banReason: 'Grund',
  releasedNote: 'Von der Moderation freigegeben.',
  pixelsGone:
    'Es kann nicht mehr freigegeben werden: Zurückgehaltene Bilder werden sieben Tage aufbewahrt, manche werden nie freigegeben.',
  told: {
    uphold: 'Die Moderation hat deine Anfrage geprüft: Das Bild bleibt zurückgehalten.',
    dismiss: 'Die Moderation hat deine Meldung geprüft: Das Bild bleibt stehen.',
    takedown: 'Die Moderation hat deine Meldung geprüft und das Bild entfernt.',
    ban: (until) =>
      `Die Moderation hat deine Anfrage geprüft: Das Bild bleibt zurückgehalten, und du darfst mich auf jenem Server ${until === null ? 'nicht mehr' : `bis ${until} nicht`} benutzen.`,
    banOther: 'Die Moderation hat deine Meldung geprüft und gehandelt.',
  },
  operatorsOnly: 'Für alle Server entscheiden nur Rollen, denen der Betreiber vertraut.',
  takenDown: (pictures, deleted, left) =>
    `Entfernt: ${plural(pictures, 'Bild', 'Bilder')}, ${plural(deleted, 'Nachricht', 'Nachrichten')} gelöscht.` +
    (left === 0 ? '' : ` ${plural(left, 'Nachricht', 'Nachrichten')} erreiche ich nicht: Nur ein Mitglied sieht sie.`) +
    ' Was ihm gleicht, wird hier ab jetzt zurückgehalten.',
  onlyRemembered:
    'Ich kenne auf diesem Server keine Nachricht von mir mit diesem Bild. Was ihm gleicht, wird hier ab jetzt zurückgehalten.',
  takedownLine: (by, job, who, deleted, left) =>
    `🗑️ ${by} hat Auftrag ${job} von ${who} entfernt: ${plural(deleted, 'Nachricht', 'Nachrichten')} gelöscht${left === 0 ? '' : `, ${left} außer Reichweite`}.`,
  rememberedLine: (by) => `🗑️ ${by} hat ein Bild vorgemerkt: Was ihm gleicht, wird zurückgehalten.`,
  fromElsewhere: 'ein Bild von anderswo',
  inEveryServer: 'auf allen Servern',
  noTakedowns: 'Hier ist kein Bild entfernt.',
  takedownsTitle: 'Entfernte Bilder',
  takedownsFooter: 'Was diesen gleicht, wird zurückgehalten. Gelöschte Nachrichten kommen nicht wieder.',
  liftTakedownChoice: 'Ähnliches wieder zulassen …',
  takedownEntry: (what, when, by, reason) => `${what}, ${when}, von ${by}${reason === null ? '' : `: ${reason}`}`,
  liftedLine: (by, what) => `🕊️ ${by} hat die Entfernung aufgehoben: ${what}. Ähnliches darf wieder gemalt werden.`,
} satisfies Partially<typeof en.review>;
