// Prüfung, Meldung, Herkunft und Löschung auf Deutsch.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

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
