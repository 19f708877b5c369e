// French; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const styles = {
  Photo: 'Une photographie nette en lumière naturelle',
  Portrait: 'Un portrait de studio au fond flou',
  Film: 'Vieille pellicule couleur : grain, teintes passées',
  Noir: 'Noir et blanc, ombres dures, pluie la nuit',
  Cinematic: 'Une image de film : large, d’ambiance, lumière profonde',
  Macro: 'De très près, chaque détail, flou derrière',
  'Oil painting': 'Peinture épaisse sur toile, coups de pinceau visibles',
  Watercolour: 'Lavis transparents sur papier rugueux',
  Impressionist: 'Touches courtes, couleurs rompues, plein air',
  'Ukiyo-e': 'Estampe japonaise, aplats, trait fin',
  Ink: 'Encre noire sur papier blanc',
  Pencil: 'Une esquisse ombrée au crayon',
  Charcoal: 'Fusain estompé, noirs profonds',
  Anime: 'Lignes nettes et ombres en aplats',
  Comic: 'Encre appuyée, aplats et trame de points',
  Storybook: 'Une image chaleureuse de livre pour enfants',
  Fantasy: 'Concept art de fantasy épique',
  'Science fiction': 'Machines du futur, brume et néons',
  Cyberpunk: 'Ville de néons, pluie, reflets',
  Steampunk: 'Laiton, engrenages et vapeur',
  'Pixel art': 'Gros pixels, peu de couleurs, comme un vieux jeu',
  'Low poly': 'Quelques triangles plats, lumière douce',
  '3D render': 'Un rendu de studio soigné',
  Clay: 'Une figurine en pâte à modeler',
  'Paper cut': 'Couches de papier découpé avec ombres',
  'Stained glass': 'Verre coloré serti de plomb',
  'Line art': 'Lignes noires nettes, rien d’autre : un coloriage',
  Flat: 'Une illustration vectorielle à plat',
  Poster: 'Une affiche de voyage d’autrefois',
  Isometric: 'Un petit monde vu de biais, d’en haut',
} satisfies Partially<typeof en.styles>;
