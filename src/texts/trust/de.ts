// German; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const verifyCommand = {
  name: 'prüfen',
  description: 'Ist dieses Bild hier entstanden? Liest sein unsichtbares Zeichen und seine Datei',
  options: { image: { name: 'bild', description: 'Das Bild, um das es geht' } },
} satisfies Partially<typeof en.verifyCommand>;

export const verify = {
  menu: 'Herkunft prüfen',
  title: 'Woher dieses Bild kommt',
  made: (when, model) =>
    `**Hier entstanden**, von einer Maschine gemalt, am ${when} mit dem Modell **${model}**. Wer es wollte und mit welchen Worten, bleibt privat.`,
  erased: (when, model) =>
    `**Hier entstanden**, von einer Maschine gemalt, am ${when} mit dem Modell **${model}**. Der Auftrag wurde auf Wunsch gelöscht: Mehr ist nicht bekannt.`,
  unlike:
    'Es sieht anders aus als das, was damals entstand: Es wurde beschnitten oder bearbeitet, oder jemand hat das Zeichen in ein anderes Bild kopiert.',
  unknown:
    '**Von einem Easel gemalt**, sagt sein Zeichen, aber hier gehört kein Auftrag dazu: Es entstand anderswo, oder der Auftrag ist nicht mehr gespeichert.',
  reference:
    '**Von Stable Diffusion gemalt**, sagt das Zeichen der ursprünglichen Software. Viele Programme schreiben es, auch dieser Bot.',
  none: '**Kein Zeichen gefunden.** Das beweist nichts: Ein Zeichen übersteht nicht alles, und die meisten Generatoren setzen keines.',
  signatureTitle: 'Signierte Herkunft (C2PA)',
  signature: {
    valid: (signer) =>
      `Gültig: Niemand hat die Datei verändert, seit ${signer} sie signiert hat, und wer diesen Bot betreibt, vertraut der Stelle hinter diesem Namen.`,
    'self-signed': (signer) =>
      `Selbst signiert: Niemand hat die Datei seit der Signatur verändert. Für den Namen darin (${signer}) bürgt keine hier bekannte Stelle: So kann jeder unter jedem Namen signieren.`,
    broken:
      'Ungültig: Die Datei wurde nach der Signatur verändert, oder die Signatur ist nicht lesbar. Sie beweist nichts.',
  },
  aiGenerated: (generator) => `Darin steht: von einer KI gemacht, mit ${generator}.`,
  fileTitle: 'Was die Datei von sich sagt',
  fileNote: 'So einen Text kann jeder schreiben.',
  nobody: 'niemand',
} satisfies Partially<typeof en.verify>;

export const privacyCommand = {
  name: 'datenschutz',
  description: 'Was über dich gespeichert ist: als Datei bekommen oder löschen lassen',
  subcommands: {
    export: { name: 'export', description: 'Eine Datei mit allem, was über dich gespeichert ist; nur du siehst sie' },
    delete: { name: 'löschen', description: 'Löscht, was über dich gespeichert ist; fragt vorher nach' },
  },
} satisfies Partially<typeof en.privacyCommand>;

export const privacy = {
  exported: (requests) =>
    `Alles, was ich über dich speichere, in einer Datei: ${requests === 1 ? '1 Auftrag' : `${requests} Aufträge`}, deine Einstellungen und Favoriten und was die Moderation festgehalten hat.`,
  tooLarge:
    'Über dich ist mehr gespeichert, als Discord mich senden lässt. Bitte frag die Leute, die diesen Bot betreiben.',
  deleteTitle: 'Deine Daten löschen?',
  goes: (requests) =>
    `**Das geht, endgültig:** ${requests === 1 ? 'dein Auftrag' : `deine ${requests} Aufträge`} mit Prompts und gespeicherten Bildern, auch wartende; deine Einstellungen, Favoriten und dein Verlauf; dass du die Bedingungen angenommen hast. Knöpfe unter deinen Bildern gehen dann nicht mehr.`,
  stays:
    '**Das bleibt, für die Moderation:** Sperren; Einträge im Protokoll von Servern, bis ihre Zeit um ist; wie viele Bilder du heute gemacht hast; Fingerabdrücke von Bildern, die Moderatoren entfernt haben. Von den Zeichen in deinen Bildern bleibt bekannt, dass sie hier entstanden sind, an welchem Tag und mit welchem Modell, aber nicht mehr durch wen.',
  messages: 'Nachrichten in Kanälen gehören Discord: Entferne sie mit 🗑️, **bevor** du hier löschst.',
  confirm: 'Alles löschen',
  keep: 'Behalten',
  kept: 'Nichts wurde gelöscht.',
  deleting: 'Wird gelöscht …',
  deleted: (requests) =>
    `Fertig. ${requests === 1 ? '1 Auftrag wurde' : `${requests} Aufträge wurden`} gelöscht, mit allem, was dazugehörte.`,
} satisfies Partially<typeof en.privacy>;
