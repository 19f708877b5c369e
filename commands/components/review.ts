// The cards in the mod-log: what a member asked moderators about a picture, and the buttons that decide it. The first decision counts,
// whoever makes it; its member hears of it where nobody else does.

import { randomBytes } from 'node:crypto';
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { banFrom, judgeTarget } from '../../src/discord/ban-member.ts';
import type { Scene, Stage } from '../../src/discord/behaviour.ts';
import { closedCard, sayDecision } from '../../src/discord/close-cards.ts';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { parseDuration, sayTime } from '../../src/discord/durations.ts';
import { guildTexts } from '../../src/discord/guild-texts.ts';
import { quiet, type Row } from '../../src/discord/message-body.ts';
import { jobIdIn } from '../../src/discord/message-job.ts';
import { findModLog, postCard } from '../../src/discord/mod-log.ts';
import { modalBody, textField } from '../../src/discord/modal.ts';
import { parentOf } from '../../src/discord/parent-job.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { releaseTile } from '../../src/discord/release-picture.ts';
import { takeDownJob } from '../../src/discord/take-down.ts';
import { tellMember } from '../../src/discord/tell-member.ts';
import { releasableTiles } from '../../src/discord/withheld-tiles.ts';
import { EaselError } from '../../src/errors.ts';
import type { AuditAction } from '../../src/store/audit.ts';
import type { JobRecord } from '../../src/store/jobs.ts';
import { type ReviewDecision, type ReviewKind, type ReviewVerdict, reviewKinds } from '../../src/store/reviews.ts';
import { type Catalogue, textsFor } from '../../src/texts/index.ts';
import { cardPictures, decidedEmbed, reviewEmbed } from '../review-card.ts';

/** Questions of one member in an hour. */
const hourly: Readonly<Record<ReviewKind, number>> = { appeal: 10, report: 5 };
const longestReason = 300;

const kindArg = z.enum(reviewKinds);

function buttons(texts: Catalogue, kind: ReviewKind, record: JobRecord): Row[] {
  const { jobId } = record.job;
  const off = releasableTiles(record).length > 0 ? {} : { disabled: true };
  const components =
    kind === 'appeal'
      ? [decide.button(texts, [kind, jobId, 'release'], off), decide.button(texts, [kind, jobId, 'uphold'])]
      : [decide.button(texts, [kind, jobId, 'takedown']), decide.button(texts, [kind, jobId, 'uphold'])];
  return [{ type: ComponentType.ActionRow, components: [...components, banAsk.button(texts, [kind, jobId])] }];
}

/** Posts the card, once per job and kind. @returns what the member is told */
export async function askForReview(
  stage: Stage,
  kind: ReviewKind,
  record: JobRecord,
  reason: string | null,
): Promise<string> {
  const { facts, services, texts } = stage;
  const { audit, reviews } = services.moderation;
  const { jobId, requester } = record.job;
  const place = await findModLog(stage);
  if (place === null) return stage.guild.modLogChannelId === null ? texts.review.noModLog : texts.review.modLogAway;
  const before = await reviews.decision(kind, jobId);
  if (before) return texts.review.alreadyDecided(sayDecision(texts, before));
  if ((await reviews.askedBy(kind, jobId)) !== null) return texts.review.alreadyAsked;
  if (!(await reviews.count(kind, facts.user.id, hourly[kind]))) return texts.review.tooMany(hourly[kind]);
  const { applicationId, token, at, locale } = facts;
  const isNew = await reviews.open(kind, jobId, facts.user.id, { applicationId, token, at, locale, reason });
  if (!isNew) return texts.review.alreadyAsked;
  const readers = guildTexts(stage);
  const pictures = place.ageRestricted ? await cardPictures(stage, kind, record) : [];
  const question = { kind, askedBy: facts.user.id, reason, showsPictures: pictures.length > 0 };
  const card = quiet({
    embeds: [reviewEmbed(stage, readers, record, question)],
    components: buttons(readers, kind, record),
  });
  const messageId = await postCard(stage, place.channelId, card, pictures);
  if (messageId === null) {
    await reviews.cancel(kind, jobId);
    return texts.review.modLogAway;
  }
  const { channelId } = place;
  await reviews.cardPosted(kind, jobId, { channelId, messageId, locale: stage.guild.locale ?? facts.guildLocale });
  const action = kind === 'appeal' ? 'review asked' : 'picture reported';
  await audit.append(facts.guildId, {
    action,
    actorId: facts.user.id,
    subjectId: requester.userId,
    jobId,
    details: { reason },
  });
  return kind === 'appeal' ? texts.review.asked : texts.review.reported;
}

/** Writes the decision into the card; its pictures go, and nobody can press any more. */
async function closeCard(stage: Stage, decision: ReviewDecision): Promise<void> {
  const [card] = stage.facts.message?.embeds ?? [];
  if (!card) return;
  const embeds = [decidedEmbed(guildTexts(stage), card, decision)];
  await stage.reply.edit(quiet({ embeds, components: [], attachments: [] }));
}

/** @returns whether it could be carried out; what it throws opens the question again */
async function carryOut(
  stage: Stage,
  kind: ReviewKind,
  record: JobRecord,
  verdict: ReviewVerdict,
  ban: { until: number | null; reason: string | null } | null,
): Promise<boolean> {
  const { facts, services } = stage;
  const { jobId, requester } = record.job;
  const { audit, reviews, withheld } = services.moderation;
  const { userId } = requester;
  const ask = await reviews.ask(kind, jobId);
  const askedBy = (await reviews.askedBy(kind, jobId)) ?? userId;
  const tiles = releasableTiles(record);
  const write = (action: AuditAction, details = {}) =>
    audit.append(facts.guildId, { action, actorId: facts.user.id, subjectId: userId, jobId, details });
  // Who had their data deleted since is nobody to be told.
  const tell = async (sentence: (texts: Catalogue) => string) => {
    if (askedBy === '') return;
    const content = sentence(textsFor(ask?.locale ?? record.job.reply.locale));
    await tellMember(services, askedBy, ask, quiet({ content }));
  };
  const forget = () => Promise.all(tiles.map(({ tile }) => withheld.remove(jobId, tile)));
  switch (verdict) {
    case 'release': {
      const released: number[] = [];
      for (const tile of tiles) if (await releaseTile(stage, record, tile, ask)) released.push(tile.tile);
      if (released.length === 0) return false;
      await write('picture released', { tiles: released });
      await forget();
      return true;
    }
    case 'takedown':
      await takeDownJob(stage, record, { reason: ask?.reason ?? null, everywhere: false });
      await tell(({ review }) => review.told.takedown);
      return true;
    case 'ban': {
      await banFrom(stage, { userId, displayName: requester.displayName, ...(ban ?? { until: null, reason: null }) });
      if (kind === 'appeal') await forget();
      const until = ban?.until == null ? null : sayTime(ban.until);
      await tell(({ review }) => (kind === 'appeal' ? review.told.ban(until) : review.told.banOther));
      return true;
    }
    case 'uphold':
      await write(kind === 'appeal' ? 'picture upheld' : 'report dismissed');
      if (kind === 'appeal') await forget();
      await tell(({ review }) => (kind === 'appeal' ? review.told.uphold : review.told.dismiss));
      return true;
  }
}

async function settle(
  stage: Stage,
  kind: ReviewKind,
  jobId: string,
  verdict: ReviewVerdict,
  ban: { until: number | null; reason: string | null } | null = null,
): Promise<void> {
  const record = parentOf(stage);
  const { facts, reply, services, texts } = stage;
  const { reviews } = services.moderation;
  if (!record) {
    await closeOrphan(stage, kind, jobId);
    return;
  }
  const mine = { verdict, byUserId: facts.user.id, interactionId: facts.interactionId, at: Date.now() };
  const counts = await reviews.decide(kind, jobId, mine);
  if (counts.interactionId !== facts.interactionId) {
    await closeCard(stage, counts);
    await reply.whisper(quiet({ content: texts.review.alreadyDecided(sayDecision(texts, counts)) }));
    return;
  }
  try {
    if (!(await carryOut(stage, kind, record, verdict, ban))) {
      await reviews.reopen(kind, jobId);
      await reply.whisper(quiet({ content: texts.review.pixelsGone }));
      return;
    }
  } catch (error) {
    // The card stays as it is: its buttons work again.
    await reviews.reopen(kind, jobId);
    const errorId = randomBytes(4).toString('hex');
    services.logger.error({ err: error, jobId, guildId: facts.guildId, errorId }, 'a decision was not carried out');
    await reply.whisper(quiet({ content: texts.refusals.failed(errorId) }));
    return;
  }
  await closeCard(stage, counts);
}

/** There is nothing left to decide about: the press closes the card, and its presser is told. */
async function closeOrphan(stage: Stage, kind: ReviewKind, jobId: string): Promise<void> {
  const { reply, services, texts } = stage;
  const { reviews } = services.moderation;
  // One that only cannot be read is left as it is. @throws EaselError `store-corrupt`
  if ((await services.jobs.get(jobId)) !== null) throw new EaselError('internal', 'the job of a review came back');
  await reply.edit(closedCard(guildTexts(stage), kind, await reviews.decision(kind, jobId)));
  await reviews.cardClosed(kind, jobId);
  await reply.whisper(quiet({ content: texts.refusals.gone }));
}

/** A card of another server is pressed by nobody there. */
function judgeCard(scene: Scene, jobId: string) {
  const { facts, texts } = scene;
  const record = parentOf(scene);
  const isCard = facts.message?.embeds.length === 1 && jobIdIn(facts.message, facts) === jobId;
  const isOpen = record ? record.job.reply.guildId === facts.guildId : isCard;
  return isOpen ? null : refuse(texts.refusals.gone);
}

const looks = {
  release: { emoji: '✅', style: ButtonStyle.Success },
  uphold: { style: ButtonStyle.Secondary },
  takedown: { emoji: '🗑️', style: ButtonStyle.Danger },
} as const;

export const decide = defineComponent({
  id: 'rv',
  args: [kindArg, jobIdArg, z.enum(['release', 'uphold', 'takedown'])],
  render: ({ review }, [kind, , verdict]) => ({
    ...looks[verdict],
    label: kind === 'report' && verdict === 'uphold' ? review.buttons.dismiss : review.buttons[verdict],
  }),
  needs: 'moderate',
  first: 'update',
  asks: (_ground, { args: [, jobId] }) => ({ jobIds: [jobId], durable: true }),
  judge: (scene, { args: [kind, jobId, verdict] }) =>
    // Releasing is for withheld pictures, taking down for posted ones: anything else was forged.
    (verdict === 'release' && kind !== 'appeal') || (verdict === 'takedown' && kind !== 'report')
      ? refuse(scene.texts.refusals.oldButton)
      : judgeCard(scene, jobId),
  handle: (stage, { args: [kind, jobId, verdict] }) => settle(stage, kind, jobId, verdict),
});

export const banAsk = defineComponent({
  id: 'rb',
  args: [kindArg, jobIdArg],
  render: ({ review }) => ({ emoji: '🔨', label: review.buttons.ban, style: ButtonStyle.Danger }),
  needs: 'moderate',
  first: (scene) => (parentOf(scene) ? 'modal' : 'update'),
  asks: (_ground, { args: [, jobId] }) => ({ jobIds: [jobId] }),
  judge: (scene, { args: [, jobId] }) => judgeCard(scene, jobId),
  modal: ({ texts }, { args: [kind, jobId] }) =>
    modalBody(banForm.customId([kind, jobId]), texts.review.banTitle, [
      textField({ id: 'duration', label: texts.review.banDuration, maxLength: 30 }),
      textField({ id: 'reason', label: texts.review.banReason, long: true, maxLength: longestReason }),
    ]),
  // The form's answer does it, where there is one.
  handle: (stage, { args: [kind, jobId] }) => closeOrphan(stage, kind, jobId),
});

export const banForm = defineComponent({
  id: 'rc',
  args: [kindArg, jobIdArg],
  needs: 'moderate',
  first: 'update',
  asks: (_ground, { args: [, jobId] }) => ({ jobIds: [jobId], durable: true }),
  judge(scene, { args: [, jobId], fields }) {
    const duration = String(fields.get('duration') ?? '').trim();
    if (duration !== '' && parseDuration(duration) === null) return refuse(scene.texts.admin.noDuration);
    return judgeCard(scene, jobId);
  },
  async handle(stage, { args: [kind, jobId], fields }) {
    const record = parentOf(stage);
    const unfit = record && (await judgeTarget(stage, record.job.requester.userId));
    if (unfit) {
      await stage.reply.whisper(quiet({ content: unfit.refuse }));
      return;
    }
    const text = (id: string) => String(fields.get(id) ?? '').trim();
    const ms = parseDuration(text('duration'));
    const until = ms === null ? null : Date.now() + ms;
    await settle(stage, kind, jobId, 'ban', { until, reason: text('reason').slice(0, longestReason) || null });
  },
});
