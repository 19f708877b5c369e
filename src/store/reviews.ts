// What moderators were asked about a job (a member's appeal, somebody's report) and what they decided: once, whoever presses first.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decodeOr } from './decode.ts';

export const reviewKinds = ['appeal', 'report'] as const;
export type ReviewKind = (typeof reviewKinds)[number];

export const verdicts = ['release', 'uphold', 'ban', 'takedown'] as const;
export type ReviewVerdict = (typeof verdicts)[number];

const decisionSchema = z.object({
  verdict: z.enum(verdicts),
  byUserId: z.string(),
  /** The press it was made by: taken up again after a crash, it is still the first one. */
  interactionId: z.string(),
  /** Unix milliseconds. */
  at: z.int(),
});
export type ReviewDecision = z.infer<typeof decisionSchema>;

const askSchema = z.object({
  /** How to reach whoever asked without a direct message, for 15 minutes: the press that asked. */
  applicationId: z.string(),
  token: z.string(),
  at: z.int(),
  locale: z.string(),
  reason: z.string().nullable().default(null),
});
export type ReviewAsk = z.infer<typeof askSchema>;

const cardSchema = z.object({
  channelId: z.string(),
  messageId: z.string(),
  /** Of its readers. */
  locale: z.string().nullable(),
  /** Unix milliseconds; 0: at once. */
  closeAt: z.number(),
  /** Taken over where the review itself goes first. */
  decision: decisionSchema.nullable().default(null),
  /** Who asked had their data deleted: their name and words go at once, the question stays open. */
  isAskerGone: z.boolean().default(false),
});
export type ReviewCard = z.infer<typeof cardSchema> & { readonly kind: ReviewKind; readonly jobId: string };

const keepSeconds = 30 * 86_400;
/** What was withheld is kept for seven days; a report is open as long as it is remembered, but for the hour between two looks. */
const cardMs: Readonly<Record<ReviewKind, number>> = { appeal: 7 * 86_400_000, report: (keepSeconds - 7200) * 1000 };
const hour = 3600;

export interface Reviews {
  /** False when it was asked before: one card per job and kind. */
  open(kind: ReviewKind, jobId: string, byUserId: string, ask?: ReviewAsk): Promise<boolean>;
  /** Takes an opening back whose card could not be posted. */
  cancel(kind: ReviewKind, jobId: string): Promise<void>;
  /** Who asked; null when nobody did. */
  askedBy(kind: ReviewKind, jobId: string): Promise<string | null>;
  ask(kind: ReviewKind, jobId: string): Promise<ReviewAsk | null>;
  /** @returns the decision that counts: this one, or the one that was made before */
  decide(kind: ReviewKind, jobId: string, decision: ReviewDecision): Promise<ReviewDecision>;
  /** Null while it is open, and where nobody asked. */
  decision(kind: ReviewKind, jobId: string): Promise<ReviewDecision | null>;
  /** Makes it open again, where carrying the decision out failed. */
  reopen(kind: ReviewKind, jobId: string): Promise<void>;
  /** Remembers where the card is, so that it can be closed. */
  cardPosted(
    kind: ReviewKind,
    jobId: string,
    card: Pick<ReviewCard, 'channelId' | 'messageId' | 'locale'>,
  ): Promise<void>;
  /** Of a job that is being deleted: its cards are to be closed at once. */
  endCards(jobId: string): Promise<void>;
  /** Who asked is being deleted. */
  endAsker(kind: ReviewKind, jobId: string): Promise<void>;
  dueCards(now: number): Promise<readonly ReviewCard[]>;
  /** Done with what made it due: a closed card is forgotten. */
  cardClosed(kind: ReviewKind, jobId: string): Promise<void>;
  /** Counts one more question of a member in this hour, to moderators or about a picture's origin. @returns whether it is within the limit */
  count(kind: ReviewKind | 'verify', userId: string, limit: number): Promise<boolean>;
}

export function createReviews(redis: Redis): Reviews {
  const decisionIn = (text: string | null) => (text === null ? null : decodeOr(decisionSchema, text, null));
  const field = (kind: ReviewKind, jobId: string) => `${kind} ${jobId}`;
  const decisionOf = async (kind: ReviewKind, jobId: string) =>
    decisionIn(await redis.hget(redisKeys.review(kind, jobId), 'decision'));

  async function changeCard(
    kind: ReviewKind,
    jobId: string,
    change: Partial<z.infer<typeof cardSchema>>,
  ): Promise<void> {
    const text = await redis.hget(redisKeys.reviewCards, field(kind, jobId));
    const card = text === null ? null : decodeOr(cardSchema, text, null);
    if (!card) return;
    await redis.hset(redisKeys.reviewCards, field(kind, jobId), JSON.stringify({ ...card, ...change }));
  }

  return {
    async open(kind, jobId, byUserId, ask) {
      const key = redisKeys.review(kind, jobId);
      const isNew = await redis.hsetnx(key, 'askedBy', byUserId);
      if (isNew === 1 && ask) await redis.hset(key, 'ask', JSON.stringify(askSchema.parse(ask)));
      await redis.expire(key, keepSeconds);
      return isNew === 1;
    },
    async cancel(kind, jobId) {
      await redis.del(redisKeys.review(kind, jobId));
    },
    askedBy: (kind, jobId) => redis.hget(redisKeys.review(kind, jobId), 'askedBy'),
    async ask(kind, jobId) {
      const text = await redis.hget(redisKeys.review(kind, jobId), 'ask');
      return text === null ? null : decodeOr(askSchema, text, null);
    },
    async decide(kind, jobId, decision) {
      const key = redisKeys.review(kind, jobId);
      await redis.hsetnx(key, 'decision', JSON.stringify(decisionSchema.parse(decision)));
      await redis.expire(key, keepSeconds);
      return decisionIn(await redis.hget(key, 'decision')) ?? decision;
    },
    decision: decisionOf,
    async cardPosted(kind, jobId, card) {
      const stored = cardSchema.parse({ ...card, closeAt: Date.now() + cardMs[kind] });
      await redis.hset(redisKeys.reviewCards, field(kind, jobId), JSON.stringify(stored));
    },
    async endCards(jobId) {
      for (const kind of reviewKinds) {
        const decision = await decisionOf(kind, jobId).catch(() => null);
        await changeCard(kind, jobId, { closeAt: 0, decision, isAskerGone: false });
      }
    },
    endAsker: (kind, jobId) => changeCard(kind, jobId, { isAskerGone: true }),
    async dueCards(now) {
      const due: ReviewCard[] = [];
      for (const [name, text] of Object.entries(await redis.hgetall(redisKeys.reviewCards))) {
        const [kindText, jobId = ''] = name.split(' ');
        const kind = reviewKinds.find((known) => known === kindText);
        const card = decodeOr(cardSchema, text, null);
        if (!kind || !card)
          await redis.hdel(redisKeys.reviewCards, name); // nobody can find that card
        else if (card.closeAt <= now) {
          const decision = card.decision ?? (await decisionOf(kind, jobId));
          due.push({ ...card, kind, jobId, decision, isAskerGone: false });
        } else if (card.isAskerGone) due.push({ ...card, kind, jobId });
      }
      return due;
    },
    async cardClosed(kind, jobId) {
      const text = await redis.hget(redisKeys.reviewCards, field(kind, jobId));
      const card = text === null ? null : decodeOr(cardSchema, text, null);
      if (card?.isAskerGone && card.closeAt > Date.now()) await changeCard(kind, jobId, { isAskerGone: false });
      else await redis.hdel(redisKeys.reviewCards, field(kind, jobId));
    },
    async reopen(kind, jobId) {
      await redis.hdel(redisKeys.review(kind, jobId), 'decision');
    },
    async count(kind, userId, limit) {
      const key = redisKeys.reviewAsks(kind, userId);
      const count = await redis.incr(key);
      // One without an end (a crash between the two) would keep the member out for good.
      if (count === 1 || (count > limit && (await redis.ttl(key)) === -1)) await redis.expire(key, hour);
      return count <= limit;
    },
  };
}
