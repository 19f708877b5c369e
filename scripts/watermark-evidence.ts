// Makes the numbers of docs/evidence/watermark*.md again:
//   npx tsx scripts/watermark-evidence.ts table 104 512 [folder of further pictures]
//   npx tsx scripts/watermark-evidence.ts standard 56 512 [folder]     the fixtures' attacks only
//   npx tsx scripts/watermark-evidence.ts words 1000000                random soft words
//   npx tsx scripts/watermark-evidence.ts pictures 1900 256            unmarked pictures

import { falseTracesOnPictures, falseTracesOnWords } from '../src/bench/false-traces.ts';
import { formatWatermarkTable, watermarkTable } from '../src/bench/watermark-table.ts';

/** What the reference fixtures did to their marked pictures. */
const referenceAttacks = [
  'untouched',
  'JPEG 95',
  'JPEG 85',
  'JPEG 75',
  'JPEG 60',
  'resize to 0.75x and back',
  'crop to the top-left 75 % of each side',
  'brightness x1.1',
];

const [kind, count = '8', size = '512', folder] = process.argv.slice(2);
const number = Number(count);
const side = Number(size);

if (kind === 'table' || kind === 'standard') {
  const table = await watermarkTable({
    procedural: number,
    width: side,
    height: side,
    ...(folder === undefined ? {} : { folder }),
    ...(kind === 'standard' ? { attacks: referenceAttacks } : {}),
  });
  console.log(formatWatermarkTable(table));
  for (const row of table.rows)
    if (row.missed.length > 0) console.log(`\nmissed, ${row.attack}: ${row.missed.join(', ')}`);
} else if (kind === 'words') {
  console.log(falseTracesOnWords(number));
} else if (kind === 'pictures') {
  console.log(falseTracesOnPictures(number, side));
} else {
  console.error('Expected table, standard, words or pictures as the first argument');
  process.exitCode = 2;
}
