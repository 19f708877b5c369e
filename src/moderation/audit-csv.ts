// The audit trail as a file: RFC 4180 (CRLF, quotes doubled), and no cell that a spreadsheet would run as a formula (OWASP, "CSV injection":
// such cells begin with an apostrophe). Ids stand as mentions, which spreadsheets leave whole: a bare id would lose its last digits there.

import type { RecordedEntry } from '../store/audit.ts';

const columns = ['time', 'action', 'actor', 'subject', 'job', 'details', 'entry'] as const;

/** What a spreadsheet takes for the beginning of a formula, full-width forms and leading blanks included. */
const formula = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replace(/"/g, '""')}"` : safe;
}

const mention = (id: string | null) => (id === null ? '' : /^\d+$/.test(id) ? `<@${id}>` : id);

/** UTF-8 text with a header line; `details` is JSON, with every score of a verdict. */
export function auditCsv(entries: readonly RecordedEntry[]): string {
  const rows = entries.map(({ at, action, actorId, subjectId, jobId, details, id }) => [
    new Date(at).toISOString(),
    action,
    mention(actorId),
    mention(subjectId),
    jobId ?? '',
    JSON.stringify(details),
    id,
  ]);
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
