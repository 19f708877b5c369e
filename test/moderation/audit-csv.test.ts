import { describe, expect, test } from 'vitest';
import { auditCsv, csvCell } from '../../src/moderation/audit-csv.ts';
import type { RecordedEntry } from '../../src/store/audit.ts';

/** A reader of RFC 4180, written from its grammar. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; !(text[at] === '"' && text[at + 1] !== '"'); at += 1) {
        if (at >= text.length) throw new Error('a quote without an end');
        if (text[at] === '"') at += 1;
        cell += text[at];
      }
      at += 1;
    } else {
      while (at < text.length && !',\r\n"'.includes(text[at] ?? '')) {
        cell += text[at];
        at += 1;
      }
    }
    row.push(cell);
    if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else if (text[at] === ',') at += 1;
    else throw new Error(`expected a comma or the end of a line at ${at}`);
  }
  return rows;
}

const entry = (more: Partial<RecordedEntry>): RecordedEntry => ({
  id: '1764000000000-0',
  at: 1_764_000_000_000,
  action: 'request refused',
  actorId: 'system',
  subjectId: '123456789012345678',
  jobId: null,
  details: {},
  ...more,
});

describe('cells', () => {
  test.each([
    ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', `"'\t=1"`],
    ['  =1', "'  =1"],
    ['\r\n=1', `"'\r\n=1"`],
    ['＝１', "'＝１"],
    ['a=b', 'a=b'],
    ['say "hi", then', '"say ""hi"", then"'],
    ['two\nlines', '"two\nlines"'],
    ['', ''],
  ])('%j is written as %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });
});

test('every line ends by CRLF and reads back as it was, scores and awkward words included', () => {
  const details = { concepts: [-0.2, 0.05], reason: 'flagged', text: 'a "b", =c\r\nd' };
  const csv = auditCsv([entry({}), entry({ action: 'picture withheld', jobId: '0123456789ab', details })]);
  const [header, ...rows] = readCsv(csv);
  expect(header).toEqual(['time', 'action', 'actor', 'subject', 'job', 'details', 'entry']);
  expect(rows).toHaveLength(2);
  expect(rows[1]?.[0]).toBe('2025-11-24T16:00:00.000Z');
  expect(rows[1]?.[3]).toBe('<@123456789012345678>');
  expect(JSON.parse(rows[1]?.[5] ?? '')).toEqual(details);
  for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
});
