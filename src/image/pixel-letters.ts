// Letters as dots, because a slim container has no fonts: the common 5 x 7 dot matrix for printable ASCII, one byte per column, the
// lowest bit on top. Everything else is drawn as a question mark.

import type { Pixels } from './pixels.ts';

const columns = Buffer.from(
  `
  0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 2a1c7f1c2a 08083e0808
  0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33 1814127f10 2745454539 3c4a494931 4121110907
  3649494936 464949291e 0000140000 0040340000 0008142241 1414141414 0041221408 0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122
  7f4141413e 7f49494941 7f09090901 3e41415173 7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e
  7f09090906 3e4151215e 7f09192946 2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414141
  0204081020 004141417f 0402010204 4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 00087e0902 18a4a49c78
  7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 fc18242418 18242418fc 7c08040408 4854545424
  04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c 4464544c44 0008364100 0000770000 0041360800 0201020402
`.replace(/\s/g, ''),
  'hex',
);

/** Cells of one letter with the gap after it, in dots. */
const letterWidth = 6;
const letterHeight = 8;

export const textSize = (text: string, scale: number) => ({
  width: Math.max(0, text.length * letterWidth - 1) * scale,
  height: letterHeight * scale,
});

/** At most so many letters as fit into `width` pixels, with two dots where some are left out. */
export function fitText(text: string, width: number, scale: number): string {
  const most = Math.max(1, Math.floor((width + scale) / (letterWidth * scale)));
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 2))}..`;
}

/** Draws into `sheet`, each dot `scale` pixels wide; what lies beyond its edges is left out. */
export function drawText(sheet: Pixels, text: string, left: number, top: number, scale: number, grey: number): void {
  for (const [place, character] of [...text].entries()) {
    const code = character.charCodeAt(0);
    const index = code >= 32 && code < 127 ? code - 32 : '?'.charCodeAt(0) - 32;
    for (let dot = 0; dot < 5 * letterHeight; dot += 1) {
      const [column, row] = [dot % 5, Math.floor(dot / 5)];
      if (((columns[index * 5 + column] ?? 0) >> row) & 1) {
        fill(sheet, left + (place * letterWidth + column) * scale, top + row * scale, scale, grey);
      }
    }
  }
}

function fill({ data, width, height }: Pixels, left: number, top: number, size: number, grey: number): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + size); y += 1) {
    const from = Math.max(0, left);
    const to = Math.min(width, left + size);
    if (to > from) data.fill(grey, 3 * (y * width + from), 3 * (y * width + to));
  }
}
