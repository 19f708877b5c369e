// What becomes of a card in the mod-log when its time is over, its request is gone, or who asked had their data deleted: members' names and
// words go, the decision stays. Cards are closed once an hour, and at once after a deletion.

import type { REST } from 'discord.js';
import { DiscordAPIError, Routes } from 'discord.js';
import type { APIMessage } from 'discord-api-types/v10';
import type { Logger } from '../observability/logger.ts';
import type { ReviewCard, ReviewDecision, ReviewKind, Reviews } from '../store/reviews.ts';
import { type Catalogue, textsFor } from '../texts/index.ts';
import { sayTime } from './durations.ts';
import { type MessageBody, quiet } from './message-body.ts';

export function sayDecision({ review }: Catalogue, { verdict, byUserId, at }: ReviewDecision): string {
  return review.decided[verdict](`<@${byUserId}>`, sayTime(at));
}

/** Nobody can press it any more, and it is about nobody. */
export function closedCard(texts: Catalogue, kind: ReviewKind, decision: ReviewDecision | null): MessageBody {
  const { review } = texts;
  const fields = decision === null ? [] : [{ name: review.decisionField, value: sayDecision(texts, decision) }];
  const title = kind === 'appeal' ? review.appealTitle : review.reportTitle;
  return quiet({ embeds: [{ title, description: review.closed, fields }], components: [], attachments: [] });
}

/** The open card without who asked, and why: moderators can go on deciding about the picture. @param card as Discord gives it back */
function withoutAsker(texts: Catalogue, { embeds: [card] }: APIMessage): MessageBody {
  const { title, fields = [] } = card ?? {};
  const left = fields.filter(({ name }) => name !== texts.review.reasonField);
  return quiet({ embeds: [{ ...(title === undefined ? {} : { title }), fields: left }] });
}

export interface CardClosing {
  readonly rest: REST;
  readonly reviews: Reviews;
  readonly logger: Logger;
}

async function rewrite({ rest }: CardClosing, card: ReviewCard): Promise<void> {
  const texts = textsFor(card.locale);
  const route = Routes.channelMessage(card.channelId, card.messageId);
  const body = card.isAskerGone
    ? withoutAsker(texts, (await rest.get(route)) as APIMessage)
    : closedCard(texts, card.kind, card.decision);
  await rest.patch(route, { body });
}

/** What cannot be reached now is tried again in an hour; what is out of reach for good is forgotten. */
export async function closeDueCards(closing: CardClosing, now = Date.now()): Promise<void> {
  const { reviews, logger } = closing;
  for (const card of await reviews.dueCards(now)) {
    const { kind, jobId } = card;
    try {
      await rewrite(closing, card);
    } catch (err) {
      const isOver = err instanceof DiscordAPIError && (err.status === 404 || err.status === 403);
      logger.warn({ err, jobId }, isOver ? 'a card is out of reach' : 'a card could not be closed for now');
      if (!isOver) continue;
    }
    await reviews.cardClosed(kind, jobId);
  }
}
