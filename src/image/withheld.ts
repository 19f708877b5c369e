// The tile that stands where a picture is withheld: quiet, the size of the picture, with a crossed-out eye and the word itself.
// The letters are strokes of our own, because a slim container has no fonts.

import sharp from 'sharp';
import { fromSharp, type Pixels } from './pixels.ts';

/** One stroke path per letter on a field 10 wide and 14 high. */
const letters: Readonly<Record<string, string>> = {
  W: 'M0 0 L2.5 14 L5 4 L7.5 14 L10 0',
  I: 'M5 0 V14',
  T: 'M0 0 H10 M5 0 V14',
  H: 'M1 0 V14 M9 0 V14 M1 7 H9',
  E: 'M9 0 H1 V14 H9 M1 7 H7.5',
  L: 'M1 0 V14 H9',
  D: 'M1 0 V14 H4.5 A7 7 0 0 0 4.5 0 Z',
};

export function withheldTile(width: number, height: number): Promise<Pixels> {
  return fromSharp(sharp(Buffer.from(drawing(width, height))));
}

function drawing(width: number, height: number): string {
  const scale = Math.min(width, height) / 256;
  const word = [...'WITHHELD']
    .map((letter, i) => `<path transform="translate(${i * 17} 0)" d="${letters[letter]}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><radialGradient id="g" cx="50%" cy="45%" r="75%">
      <stop offset="0" stop-color="#3a3c43"/><stop offset="1" stop-color="#26272c"/>
    </radialGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <g transform="translate(${width / 2} ${height / 2}) scale(${scale})" fill="none" stroke="#b9bbc4"
       stroke-width="4" stroke-linecap="round" stroke-linejoin="round">
      <g transform="translate(0 -22)">
        <path d="M-40 0 C-24 -24 24 -24 40 0 C24 24 -24 24 -40 0 Z"/><circle r="11"/>
        <path d="M-32 28 L32 -28" stroke="#2f3036" stroke-width="13"/><path d="M-32 28 L32 -28"/>
      </g>
      <g transform="translate(-64.5 34)" stroke-width="2.1">${word}</g>
    </g>
  </svg>`;
}
