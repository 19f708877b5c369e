// The pages of /admin audit and its export. A view is whole in its custom ids: what is looked for, and up to when, so that pages stand still
// while the trail grows. Words of a request that fell under the floor are in no card; the file has them for whoever must report it.

import { ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Stage } from '../../src/discord/behaviour.ts';
import { pageArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayTime } from '../../src/discord/durations.ts';
import { type MessageBody, plain, quiet, shorten } from '../../src/discord/message-body.ts';
import { recordAction, requireGuild } from '../../src/discord/mod-log.ts';
import { auditCsv } from '../../src/moderation/audit-csv.ts';
import type { AuditFilter, RecordedEntry } from '../../src/store/audit.ts';
import type { Catalogue } from '../../src/texts/index.ts';

const perPage = 8;
const mostRows = 10_000;
const dayMs = 86_400_000;
const longestDescription = 4096;
const longestDetails = 220;

export interface AuditView {
  /** Unix milliseconds: nothing later is shown. */
  readonly until: number;
  readonly page: number;
  /** '' for everybody. */
  readonly memberId: string;
  /** '' for every action. */
  readonly action: string;
  /** 0 for all there is. */
  readonly days: number;
}

const numberArg = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^\\d{1,${digits}}$`))
    .transform(Number);
const args = [
  numberArg(14),
  pageArg,
  z.string().regex(/^\d{0,20}$/),
  z.string().regex(/^[a-z ]{0,60}$/),
  numberArg(3),
] as const;
type Args = readonly [number, number, string, string, number];

const argsOf = ({ until, page, memberId, action, days }: AuditView): Args => [until, page, memberId, action, days];
const viewOf = ([until, page, memberId, action, days]: Args): AuditView => ({ until, page, memberId, action, days });

export const auditOlder = defineComponent({
  id: 'to',
  args,
  needs: 'moderate',
  render: () => ({ emoji: '▶️' }),
  first: 'update',
  handle: (stage, input) => showAudit(stage, viewOf(input.args)),
});

export const auditNewer = defineComponent({
  id: 'tn',
  args,
  needs: 'moderate',
  render: () => ({ emoji: '◀️' }),
  first: 'update',
  handle: (stage, input) => showAudit(stage, viewOf(input.args)),
});

export const auditExport = defineComponent({
  id: 'tx',
  args,
  needs: 'moderate',
  render: (texts) => ({ emoji: '📄', label: texts.admin.audit.export }),
  first: 'private',
  async handle(stage, input) {
    const { facts, reply, services, texts } = stage;
    const guildId = requireGuild(facts);
    const filter = filterOf(viewOf(input.args));
    let entries = await services.moderation.audit.list(guildId, { ...filter, limit: mostRows });
    let data = Buffer.from(auditCsv(entries));
    // The newest count most, should the file be too large for this place.
    while (data.length > facts.attachmentSizeLimit && entries.length > 1) {
      entries = entries.slice(0, Math.floor(entries.length / 2));
      data = Buffer.from(auditCsv(entries));
    }
    const name = `easel-audit-${new Date().toISOString().slice(0, 10)}.csv`;
    await recordAction(stage, { action: 'audit exported', details: { rows: entries.length } }, ({ modLog }) =>
      modLog.auditExported(`<@${facts.user.id}>`, entries.length),
    );
    await reply.edit(
      quiet({ content: texts.admin.audit.exported(entries.length), attachments: [{ id: '0', filename: name }] }),
      [{ name, data, contentType: 'text/csv; charset=utf-8' }],
    );
  },
});

function filterOf({ until, memberId, action, days }: AuditView): AuditFilter {
  return {
    until,
    ...(memberId === '' ? {} : { memberId }),
    ...(action === '' ? {} : { action }),
    ...(days === 0 ? {} : { since: until - days * dayMs }),
  };
}

/** Of a list of scores those above their threshold, else the highest. */
function sayScores(scores: readonly number[]): string {
  const above = scores.flatMap((score, index) => (score > 0 ? [`${index + 1}: +${score.toFixed(3)}`] : []));
  if (above.length > 0) return above.join(' ');
  return scores.length === 0 ? '–' : `max ${Math.max(...scores).toFixed(3)}`;
}

function sayDetails({ details }: RecordedEntry): string {
  const hidden = details.category === 'minors' ? ['text', 'matched'] : [];
  return Object.entries(details)
    .filter(([key, value]) => value !== null && value !== '' && !hidden.includes(key))
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${sayDetail(key, value)}`)
    .join(', ');
}

/** Places are counted from 1 where people read them; a time is one, not a number. */
function sayDetail(key: string, value: RecordedEntry['details'][string]): string {
  if (key === 'tile' && typeof value === 'number') return `#${value + 1}`;
  if (key === 'tiles' && Array.isArray(value)) return value.map((tile) => `#${tile + 1}`).join(' ') || '–';
  if (key === 'until' && typeof value === 'number')
    return `${new Date(value).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return Array.isArray(value) ? sayScores(value) : String(value);
}

function sayWho(id: string | null): string | null {
  return id === null ? null : /^\d+$/.test(id) ? `<@${id}>` : null;
}

async function linkOf({ services }: Stage, jobId: string): Promise<string> {
  const record = await services.jobs.get(jobId).catch(() => null);
  const { message, job } = record ?? {};
  return message && job && !job.reply.ephemeral
    ? `[\`${jobId}\`](https://discord.com/channels/${job.reply.guildId}/${message.channelId}/${message.messageId})`
    : `\`${jobId}\``;
}

async function sayEntry(stage: Stage, texts: Catalogue, entry: RecordedEntry): Promise<string> {
  const words = texts.admin.audit;
  const names: Readonly<Record<string, string>> = words.actions;
  const actor = sayWho(entry.actorId);
  const head = [
    sayTime(entry.at),
    `**${plain(names[entry.action] ?? entry.action)}**`,
    ...(entry.subjectId === null ? [] : [sayWho(entry.subjectId) ?? plain(entry.subjectId)]),
    ...(actor === null ? [] : [words.by(actor)]),
    ...(entry.jobId === null ? [] : [await linkOf(stage, entry.jobId)]),
  ].join(' · ');
  const details = sayDetails(entry);
  return details === '' ? head : `${head}\n-# ${plain(shorten(details, longestDetails))}`;
}

async function auditCard(stage: Stage, view: AuditView): Promise<MessageBody> {
  const { facts, services, texts } = stage;
  const words = texts.admin.audit;
  const names: Readonly<Record<string, string>> = words.actions;
  const limit = (view.page + 1) * perPage + 1;
  const found = await services.moderation.audit.list(requireGuild(facts), { ...filterOf(view), limit });
  const entries = found.slice(view.page * perPage, limit - 1);
  const lines = await Promise.all(entries.map((entry) => sayEntry(stage, texts, entry)));
  const asked = [
    ...(view.memberId === '' ? [] : [`<@${view.memberId}>`]),
    ...(view.action === '' ? [] : [plain(names[view.action] ?? view.action)]),
    ...(view.days === 0 ? [] : [texts.time.days(view.days)]),
  ];
  const head = asked.length === 0 ? [] : [`-# ${asked.join(' · ')}`, ''];
  return quiet({
    embeds: [
      {
        title: words.title,
        description: shorten([...head, ...(lines.length === 0 ? [words.empty] : lines)].join('\n'), longestDescription),
        footer: { text: words.page(view.page + 1) },
      },
    ],
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          auditNewer.button(texts, argsOf({ ...view, page: Math.max(0, view.page - 1) }), {
            disabled: view.page === 0,
          }),
          auditOlder.button(texts, argsOf({ ...view, page: view.page + 1 }), { disabled: found.length < limit }),
          auditExport.button(texts, argsOf(view), { disabled: lines.length === 0 }),
        ],
      },
    ],
  });
}

export async function showAudit(stage: Stage, view: AuditView): Promise<void> {
  await stage.reply.edit(await auditCard(stage, view));
}
