// One picture at a time out of a member's history or favourites, with a way to the next, to everything about it, and back into the
// channel. Pages are places in a list that grows at the front: a new picture moves what is shown by one, no more.

import { ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { fitAttachments } from '../../src/delivery/fit-attachments.ts';
import type { Stage } from '../../src/discord/behaviour.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayTime } from '../../src/discord/durations.ts';
import { type MessageFile, plain, quiet, type Row, shorten } from '../../src/discord/message-body.ts';
import type { Picture } from '../../src/jobs/generate-job.ts';
import type { JobRecord } from '../../src/store/jobs.ts';
import { loadPicture } from '../../src/store/load-picture.ts';
import { info } from './info.ts';
import { postAgain } from './post-again.ts';
import { remix } from './remix.ts';

type List = 'h' | 'f';
type Direction = 'older' | 'newer';

const listArg = z.enum(['h', 'f']);
const placeArg = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);

/** Entries that show nothing (failed, deleted, shown again) are passed over, so many at most in one go. */
const mostPassedOver = 200;

export const older = defineComponent({
  id: 'ao',
  args: [listArg, placeArg],
  render: () => ({ emoji: '▶️' }),
  first: 'update',
  handle: (stage, { args: [list, place] }) => showPage(stage, list, place, 'older'),
});

export const newer = defineComponent({
  id: 'an',
  args: [listArg, placeArg],
  render: () => ({ emoji: '◀️' }),
  first: 'update',
  handle: (stage, { args: [list, place] }) => showPage(stage, list, place, 'newer'),
});

interface Entry {
  readonly jobId: string;
  /** -1 for everything the job posted. */
  readonly tile: number;
}

async function entryAt({ services, facts }: Stage, list: List, place: number): Promise<Entry | null> {
  const page = { offset: place, limit: 1 };
  if (list === 'f') return (await services.favourites.list(facts.user.id, page))[0] ?? null;
  const [jobId] = (await services.jobs.byMember(facts.user.id, page)).jobIds;
  return jobId === undefined ? null : { jobId, tile: -1 };
}

function picturesOf(record: JobRecord, tile: number): readonly Picture[] {
  const pictures = record.result?.pictures ?? [];
  return tile < 0 ? pictures : pictures.filter((picture) => picture.kind === 'tile' && picture.index === tile);
}

interface Page {
  readonly place: number;
  readonly record: JobRecord;
  readonly pictures: readonly Picture[];
}

async function findPage(stage: Stage, list: List, from: number, direction: Direction): Promise<Page | null> {
  const step = direction === 'older' ? 1 : -1;
  for (let place = from, passed = 0; place >= 0 && passed < mostPassedOver; place += step, passed += 1) {
    const entry = await entryAt(stage, list, place);
    if (!entry) return null;
    const record = await stage.services.jobs.get(entry.jobId).catch(() => null);
    if (record?.state !== 'done' || record.job.shows !== undefined) continue;
    // A favourite of somebody else's picture that has gone private or to another server since is not shown.
    const isOwn = record.job.requester.userId === stage.facts.user.id;
    if (!isOwn && (record.job.reply.ephemeral || record.job.reply.guildId !== stage.facts.guildId)) continue;
    if (record.job.reply.ageRestricted && !stage.facts.ageRestricted) continue;
    const pictures = picturesOf(record, entry.tile);
    if (pictures.length > 0) return { place, record, pictures };
  }
  return null;
}

function linkTo({ job, message }: JobRecord): string | null {
  if (!message || job.reply.ephemeral) return null;
  return `https://discord.com/channels/${job.reply.guildId ?? '@me'}/${message.channelId}/${message.messageId}`;
}

/** Shows the nearest page from there on in that direction. */
export async function showPage(stage: Stage, list: List, from: number, direction: Direction): Promise<void> {
  const { texts, facts, services, reply } = stage;
  const words = texts.album;
  const page = await findPage(stage, list, from, direction);
  if (!page) {
    // Beyond an end the page that is shown stays; an empty list says so.
    if (facts.message) return;
    await reply.edit(quiet({ content: list === 'h' ? words.noHistory : words.noFavourites }));
    return;
  }
  const { place, record, pictures } = page;
  const { jobId, request, createdAt } = record.job;
  const load = (picture: Picture) => loadPicture(services.images, picture, services.logger);
  const [files] = (await fitAttachments(jobId, pictures, load, facts.attachmentSizeLimit)) ?? [];
  const link = linkTo(record);
  const lines = [
    `**${plain(shorten(request.prompt, 600))}**`,
    ...(files ? [] : [words.notKept]),
    `-# ${[`#${place + 1}`, sayTime(createdAt), `\`${jobId}\``, ...(link ? [link] : [])].join(' · ')}`,
  ];
  const [before, after] = await Promise.all([
    place === 0 ? null : findPage(stage, list, place - 1, 'newer'),
    findPage(stage, list, place + 1, 'older'),
  ]);
  const buttons: Row['components'] = [
    newer.button(texts, [list, before?.place ?? 0], { disabled: !before }),
    older.button(texts, [list, after?.place ?? 0], { disabled: !after }),
    postAgain.button(texts, [jobId], { disabled: !files }),
    remix.button(texts, [jobId]),
    info.button(texts, [jobId]),
  ];
  const sent: MessageFile[] = (files ?? []).map(({ name, data, contentType }) => ({ name, data, contentType }));
  await reply.edit(
    quiet({
      content: lines.join('\n'),
      // The whole list each time: the page before is taken away.
      attachments: (files ?? []).map(({ name, picture }, id) => ({
        id: String(id),
        filename: name,
        description: shorten(
          picture.kind === 'grid' ? texts.job.altGrid(request.prompt) : texts.job.altText(request.prompt, null),
          1024,
        ),
      })),
      components: [{ type: ComponentType.ActionRow, components: buttons }],
    }),
    sent,
  );
}
