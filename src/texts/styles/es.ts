// Spanish; see en.ts.

import type { Partially } from '../partial.ts';
import type * as en from './en.ts';

export const styles = {
  Photo: 'Una fotografía nítida con luz natural',
  Portrait: 'Un retrato de estudio con fondo suave',
  Film: 'Película antigua en color: grano, tonos desvaídos',
  Noir: 'Blanco y negro, sombras duras, lluvia de noche',
  Cinematic: 'Un fotograma: amplio, con ambiente, luz profunda',
  Macro: 'Muy de cerca, cada detalle, desenfoque detrás',
  'Oil painting': 'Pintura espesa sobre lienzo, pinceladas visibles',
  Watercolour: 'Aguadas transparentes sobre papel rugoso',
  Impressionist: 'Trazos cortos, color quebrado, al aire libre',
  'Ukiyo-e': 'Grabado japonés en madera, color plano, línea fina',
  Ink: 'Tinta negra sobre papel blanco',
  Pencil: 'Un boceto a lápiz con sombras',
  Charcoal: 'Carboncillo difuminado, negros intensos',
  Anime: 'Líneas limpias y sombreado plano',
  Comic: 'Tinta marcada, color plano y trama de puntos',
  Storybook: 'Una imagen cálida de libro infantil',
  Fantasy: 'Arte conceptual de fantasía épica',
  'Science fiction': 'Máquinas del futuro, bruma y neón',
  Cyberpunk: 'Ciudad de neón, lluvia, reflejos',
  Steampunk: 'Latón, engranajes y vapor',
  'Pixel art': 'Píxeles grandes, pocos colores, como un juego antiguo',
  'Low poly': 'Pocos triángulos planos, luz suave',
  '3D render': 'Un render de estudio limpio',
  Clay: 'Una figura de plastilina',
  'Paper cut': 'Capas de papel recortado con sombras',
  'Stained glass': 'Vidrio de color emplomado',
  'Line art': 'Líneas negras limpias y nada más: para colorear',
  Flat: 'Una ilustración vectorial plana',
  Poster: 'Un cartel de viajes antiguo',
  Isometric: 'Un pequeño mundo visto en ángulo desde arriba',
} satisfies Partially<typeof en.styles>;
