// German; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const styles = {
  Photo: 'Eine scharfe Fotografie bei Tageslicht',
  Portrait: 'Ein Studioporträt mit weichem Hintergrund',
  Film: 'Alter Farbfilm: Korn, verblichene Farben',
  Noir: 'Schwarzweiß, harte Schatten, Regen bei Nacht',
  Cinematic: 'Ein Filmbild: weit, stimmungsvoll, tiefes Licht',
  Macro: 'Ganz nah, jedes Detail, dahinter unscharf',
  'Oil painting': 'Dicke Farbe auf Leinwand, sichtbare Pinselstriche',
  Watercolour: 'Durchscheinende Lasuren auf rauem Papier',
  Impressionist: 'Kurze Striche, gebrochene Farben, Freilicht',
  'Ukiyo-e': 'Japanischer Holzschnitt, flache Farben, feine Linien',
  Ink: 'Schwarze Tusche auf weißem Papier',
  Pencil: 'Eine schattierte Bleistiftskizze',
  Charcoal: 'Verwischte Kohle, kräftige Tiefen',
  Anime: 'Klare Linien und flächige Schatten',
  Comic: 'Kräftige Tusche, flache Farben, Rasterpunkte',
  Storybook: 'Ein warmes Bild aus einem Kinderbuch',
  Fantasy: 'Epische Fantasy-Konzeptkunst',
  'Science fiction': 'Maschinen der Zukunft, Dunst und Neon',
  Cyberpunk: 'Neonstadt, Regen, Spiegelungen',
  Steampunk: 'Messing, Zahnräder und Dampf',
  'Pixel art': 'Große Pixel, wenige Farben, wie ein altes Spiel',
  'Low poly': 'Wenige flache Dreiecke, weiches Licht',
  '3D render': 'Ein sauberes Studio-Rendering',
  Clay: 'Eine Figur aus Knetmasse',
  'Paper cut': 'Lagen geschnittenen Papiers mit Schatten',
  'Stained glass': 'Farbiges Glas in Blei',
  'Line art': 'Klare schwarze Linien, sonst nichts: ein Ausmalbild',
  Flat: 'Eine flache Vektorillustration',
  Poster: 'Ein altes Reiseplakat',
  Isometric: 'Eine kleine Welt, schräg von oben',
} satisfies Partially<typeof en.styles>;
