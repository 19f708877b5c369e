// The card that moderators get in the mod-log: who asked for what, what the checker said, and, where the channel is age-restricted, the
// pictures themselves, blurred behind a spoiler. In the server's language.

import type { APIEmbed, APIEmbedField } from 'discord-api-types/v10';
import type { Stage } from '../src/discord/behaviour.ts';
import { sayDecision } from '../src/discord/close-cards.ts';
import { sayTime } from '../src/discord/durations.ts';
import type { MessageFile } from '../src/discord/message-body.ts';
import { plain, shorten } from '../src/discord/message-body.ts';
import { releasableTiles, withheldTiles } from '../src/discord/withheld-tiles.ts';
import { encodeLossy } from '../src/image/encode.ts';
import { readPicture } from '../src/image/read-picture.ts';
import { blurHeavily, resizePixels } from '../src/image/resize.ts';
import type { JobRecord } from '../src/store/jobs.ts';
import { loadPicture } from '../src/store/load-picture.ts';
import type { ReviewDecision, ReviewKind } from '../src/store/reviews.ts';
import type { Catalogue } from '../src/texts/index.ts';
import { requestFields } from './trace-card.ts';

const mostPictures = 4;
const longestSide = 256;
const keptDays = 7;

async function blurred(name: string, bytes: Uint8Array): Promise<MessageFile> {
  const pixels = await readPicture(bytes);
  const scale = Math.min(1, longestSide / Math.max(pixels.width, pixels.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const small = await resizePixels(pixels, side(pixels.width), side(pixels.height));
  const data = await encodeLossy(await blurHeavily(small), 'webp', 70);
  // Discord hides files whose name begins so behind a click.
  return { name: `SPOILER_${name}.webp`, data, contentType: 'image/webp' };
}

/** For an age-restricted channel alone. What may not be released is not shown either. */
export async function cardPictures(stage: Stage, kind: ReviewKind, record: JobRecord): Promise<MessageFile[]> {
  const { images, logger, moderation } = stage.services;
  const { jobId } = record.job;
  const sources =
    kind === 'appeal'
      ? releasableTiles(record).map(({ tile }) => ({ tile, load: () => moderation.withheld.get(jobId, tile) }))
      : (record.result?.pictures ?? [])
          .filter(({ outcome }) => outcome !== 'withheld')
          .filter((picture, _index, all) => picture.kind === 'grid' || all.length === 1)
          .map((picture) => ({ tile: picture.index, load: () => loadPicture(images, picture, logger) }));
  const files: MessageFile[] = [];
  for (const { tile, load } of sources.slice(0, mostPictures)) {
    const bytes = await load();
    if (bytes) files.push(await blurred(`review-${jobId}-${tile + 1}`, bytes));
  }
  return files;
}

function withheldField(texts: Catalogue, record: JobRecord): APIEmbedField {
  const { job: words, review } = texts;
  const lines = withheldTiles(record.result?.pictures ?? []).map(
    ({ tile, reason }) => `#${tile + 1}: ${words.reasons[reason]}`,
  );
  const until = record.job.createdAt + keptDays * 86_400_000;
  const keeps = releasableTiles(record).length > 0 ? review.keptUntil(sayTime(until)) : review.neverReleased;
  return { name: review.withheldField, value: shorten([...lines, keeps].join('\n'), 1024) };
}

export interface CardQuestion {
  readonly kind: ReviewKind;
  readonly askedBy: string;
  readonly reason: string | null;
  readonly showsPictures: boolean;
}

export function reviewEmbed(
  stage: Pick<Stage, 'installation'>,
  texts: Catalogue,
  record: JobRecord,
  { kind, askedBy, reason, showsPictures }: CardQuestion,
): APIEmbed {
  const { review } = texts;
  const asked = `<@${askedBy}>`;
  return {
    title: kind === 'appeal' ? review.appealTitle : review.reportTitle,
    description: kind === 'appeal' ? review.appealLine(asked) : review.reportLine(asked),
    fields: [
      ...(reason === null ? [] : [{ name: review.reasonField, value: plain(shorten(reason, 300)) }]),
      ...(kind === 'appeal' ? [withheldField(texts, record)] : []),
      ...requestFields(
        { ...stage, texts },
        record,
        record.job.request.count === 1 && !record.job.request.plot ? 0 : -1,
      ),
    ],
    ...(kind === 'appeal' ? { footer: { text: showsPictures ? review.blurredNote : review.textAlone } } : {}),
  };
}

/** The card of before with what became of it. @param card as Discord gives it back */
export function decidedEmbed(texts: Catalogue, card: APIEmbed, decision: ReviewDecision): APIEmbed {
  const { title, description, fields = [] } = card;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    fields: [
      { name: texts.review.decisionField, value: sayDecision(texts, decision) },
      ...fields
        .filter(({ name }) => name !== texts.review.decisionField)
        .map(({ name, value, inline = false }) => ({ name, value, inline })),
    ].slice(0, 25),
  };
}
