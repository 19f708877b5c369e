// How a job looks in a channel: while it waits, while it runs, and as a result under its buttons. Pure: from values to JSON.

import { ComponentType } from 'discord-api-types/v10';
import { samplers } from '../src/diffusion/samplers/index.ts';
import { sayDuration } from '../src/discord/durations.ts';
import type { LivePresenter } from '../src/discord/live-jobs.ts';
import { maxContentLength, plain, quiet, type Row, shorten } from '../src/discord/message-body.ts';
import { panDirections } from '../src/discord/outpaint-geometry.ts';
import { withheldTiles } from '../src/discord/withheld-tiles.ts';
import { bestTile } from '../src/jobs/best-tile.ts';
import type { DeliverJob } from '../src/jobs/deliver-job.ts';
import type { GenerateJob, GenerateResult, Picture } from '../src/jobs/generate-job.ts';
import { type Catalogue, textsFor } from '../src/texts/index.ts';
import { sayFailure } from '../src/texts/say-failure.ts';
import { askModerator } from './components/ask-moderator.ts';
import { cancel } from './components/cancel.ts';
import { customZoom } from './components/custom-zoom.ts';
import { enlarge, enlargeAgain } from './components/enlarge.ts';
import { favourite } from './components/favourite.ts';
import { info } from './components/info.ts';
import { makeSquare } from './components/make-square.ts';
import { pan } from './components/pan.ts';
import { remix } from './components/remix.ts';
import { remove } from './components/remove.ts';
import { reroll } from './components/reroll.ts';
import { upscale } from './components/upscale.ts';
import { variation } from './components/variation.ts';
import { vary } from './components/vary.ts';
import { varyRegion } from './components/vary-region.ts';
import { zoomOut } from './components/zoom-out.ts';

const maxShownPrompt = 600;
const maxAltText = 1024;

function headline(texts: Catalogue, job: GenerateJob): string {
  // Escaping doubles a character at worst: the line stays below the content limit whatever the prompt is.
  const prompt = plain(shorten(job.request.prompt, maxShownPrompt));
  const who = `<@${job.requester.userId}>`;
  const tile = (job.parent?.tile ?? 0) + 1;
  const words = texts.job.headline;
  switch (job.kind) {
    case 'imagine':
      return words.imagine(prompt, who);
    case 'reroll':
      return words.reroll(prompt, who);
    case 'variation':
      return words.variation(prompt, who, tile);
    case 'remix':
      return words.remix(prompt, who);
    case 'single':
      return words.single(prompt, who, tile);
    case 'upscale':
      return words.upscale(prompt, who);
    case 'zoom':
      return words.zoom(prompt, who);
    case 'pan':
      return words.pan(prompt, who);
    case 'region':
      return words.region(prompt, who);
    case 'grid-plot':
      return words.plot(prompt, who);
    default:
      return words.other(prompt, who);
  }
}

/** How the request was read, in small print. */
function notesOf(job: GenerateJob): string[] {
  return (job.notes ?? []).slice(0, 4).map((note) => `-# ${note}`);
}

function settingsLine(texts: Catalogue, job: GenerateJob, best: number | null): string {
  const { width, height, seed, steps, guidanceScale, sampler, seamless, init } = job.request;
  const { parts } = texts.job;
  // What a sheet varies stands in its labels.
  const varies = (name: 'seed' | 'steps' | 'guidanceScale' | 'sampler') =>
    job.request.plot?.cells.some((cell) => cell[name] !== undefined) ?? false;
  return [
    texts.job.aiGenerated,
    `${width}×${height}`,
    ...(varies('seed') ? [] : [`${parts.seed} ${seed}`]),
    ...(varies('steps') ? [] : [`${steps} ${parts.steps}`]),
    ...(varies('guidanceScale') ? [] : [`${parts.guidance} ${guidanceScale}`]),
    ...(varies('sampler') ? [] : [samplers[sampler].label]),
    ...(init && init.strength > 0 ? [`${parts.strength} ${init.strength}`] : []),
    ...(seamless ? [parts.seamless] : []),
    ...(best === null ? [] : [`★ #${best + 1}`]),
  ].join(' · ');
}

function row(components: Row['components']): Row {
  return { type: ComponentType.ActionRow, components };
}

/** Under a picture by itself: what can be made of it, and ❤️ ✏️ ℹ️ 🗑️. 🔄 is left to what was painted, and not shown again. */
function singleButtons(texts: Catalogue, { jobId, kind }: GenerateJob, picture: Picture): Row[] {
  const off = picture.outcome === 'withheld' ? { disabled: true } : {};
  const larger = kind === 'upscale' ? enlargeAgain : enlarge;
  return [
    row([larger.button(texts, [jobId, 's'], off), larger.button(texts, [jobId, 'c'], off)]),
    row([
      vary.button(texts, [jobId, 's'], off),
      vary.button(texts, [jobId, 'c'], off),
      varyRegion.button(texts, [jobId], off),
    ]),
    row([
      zoomOut.button(texts, [jobId, '2'], off),
      zoomOut.button(texts, [jobId, '1.5'], off),
      customZoom.button(texts, [jobId], off),
      ...(picture.width === picture.height ? [] : [makeSquare.button(texts, [jobId], off)]),
    ]),
    row(panDirections.map((direction) => pan.button(texts, [jobId, direction], off))),
    row([
      favourite.button(texts, [jobId, picture.index], off),
      ...(kind === 'single' || kind === 'upscale' ? [] : [reroll.button(texts, [jobId])]),
      remix.button(texts, [jobId]),
      info.button(texts, [jobId]),
      remove.button(texts, [jobId]),
    ]),
  ];
}

function withheldButtons(texts: Catalogue, { jobId, kind }: GenerateJob): Row[] {
  const again = kind === 'single' ? [] : [reroll.button(texts, [jobId])];
  return [row([...again, remix.button(texts, [jobId]), info.button(texts, [jobId]), remove.button(texts, [jobId])])];
}

/** Where something was withheld; a server has moderators, a direct message has none. */
function askButton(texts: Catalogue, { jobId, reply }: GenerateJob, pictures: readonly Picture[]) {
  const isAsked = reply.guildId !== null && withheldTiles(pictures).length > 0;
  return isAsked ? [askModerator.button(texts, [jobId])] : [];
}

/** U1-U4 🔄 / V1-V4 / ✏️ ℹ️ 🗑️; a withheld tile's buttons are there and off, the best one's U has a star. */
export function resultButtons(texts: Catalogue, job: GenerateJob, pictures: readonly Picture[]): Row[] {
  const { jobId } = job;
  const tiles = pictures.filter((picture) => picture.kind === 'tile');
  // A remix would change the words of some cells and not of others.
  const ask = askButton(texts, job, pictures);
  if (job.request.plot) {
    const under = [reroll.button(texts, [jobId]), info.button(texts, [jobId]), remove.button(texts, [jobId])];
    return [row([...under, ...ask])];
  }
  const [first] = tiles;
  // Nothing can be made of a picture that nobody sees.
  if (first && tiles.length === 1 && first.outcome === 'withheld')
    return [...withheldButtons(texts, job), row(ask)].filter(({ components }) => components.length > 0);
  if (first && tiles.length === 1) return singleButtons(texts, job, first);
  const best = bestTile(tiles);
  const off = (picture: Picture) => (picture.outcome === 'withheld' ? { disabled: true } : {});
  return [
    row([
      ...tiles.map((tile) => {
        const star = tile.index === best ? { label: `${texts.buttons.upscale(tile.index + 1)} ★` } : {};
        return upscale.button(texts, [jobId, tile.index], { ...off(tile), ...star });
      }),
      reroll.button(texts, [jobId]),
    ]),
    row(tiles.map((tile) => variation.button(texts, [jobId, tile.index], off(tile)))),
    row([remix.button(texts, [jobId]), info.button(texts, [jobId]), remove.button(texts, [jobId]), ...ask]),
  ];
}

function withheldLine(texts: Catalogue, pictures: readonly Picture[], showReasons: boolean): string | null {
  const tiles = pictures.filter((picture) => picture.kind === 'tile');
  const withheld = tiles.filter((picture) => picture.outcome === 'withheld');
  // Of a labelled sheet there are no tiles: it is withheld where none of its cells may be shown.
  const sheet = tiles.length === 0 ? pictures.find((picture) => picture.outcome === 'withheld') : undefined;
  if (sheet) return texts.job.allWithheld(texts.job.reasons[showReasons ? (sheet.reason ?? 'hidden') : 'hidden']);
  const cells = pictures.flatMap((picture) => picture.withheldCells ?? []);
  if (cells.length > 0) {
    const names = cells.map(({ cell }) => `#${cell + 1}`).join(', ');
    const kinds = new Set(cells.map(({ reason }) => texts.job.reasons[showReasons ? reason : 'hidden']));
    return texts.job.withheld(names, [...kinds].join('; '));
  }
  if (withheld.length === 0) return null;
  const reasons = new Set(
    withheld.map((picture) => texts.job.reasons[showReasons ? (picture.reason ?? 'hidden') : 'hidden']),
  );
  const reason = [...reasons].join('; ');
  if (tiles.length === 1) return texts.job.allWithheld(reason);
  return texts.job.withheld(withheld.map((picture) => texts.job.tileNames[picture.index] ?? '?').join(', '), reason);
}

export interface PresentedResult {
  readonly content: string;
  readonly components: Row[];
  /** Alt text of one posted picture, at most 1,024 characters. */
  altText(picture: Picture): string;
}

export interface ResultPresenter {
  done(job: GenerateJob, result: GenerateResult): PresentedResult;
  /** Failed or cancelled. */
  ended(job: GenerateJob, outcome: Exclude<DeliverJob['outcome'], { type: 'done' }>): PresentedResult;
  /** What is said in the place of what could not be posted. @param isKept whether /queue hands it out */
  unposted(job: GenerateJob, isKept: boolean, errorId: string): string;
  /** The one follow-up that notifies, where the wait was long. */
  ready(job: GenerateJob, messageLink: string): string;
}

export const resultPresenter: ResultPresenter = {
  done(job, result) {
    const texts = textsFor(job.reply.locale);
    const lines = [
      headline(texts, job),
      withheldLine(texts, result.pictures, job.showReasons ?? true),
      ...notesOf(job),
      `-# ${settingsLine(texts, job, bestTile(result.pictures))}`,
    ];
    return {
      content: shorten(lines.filter((line) => line !== null).join('\n'), maxContentLength),
      components: resultButtons(texts, job, result.pictures),
      altText(picture) {
        const { prompt } = job.request;
        const words =
          picture.kind === 'grid'
            ? texts.job.altGrid(prompt)
            : texts.job.altText(prompt, job.request.count > 1 ? picture.index + 1 : null);
        return shorten(words, maxAltText);
      },
    };
  },
  ended(job, outcome) {
    const texts = textsFor(job.reply.locale);
    const line =
      outcome.type === 'failed'
        ? texts.job.failed(sayFailure(texts, outcome.userMessage), outcome.errorId)
        : texts.job.cancelled(outcome.byUserId === null ? null : `<@${outcome.byUserId}>`);
    return {
      content: `${headline(texts, job)}\n${line}`,
      components: [
        row([reroll.button(texts, [job.jobId]), remix.button(texts, [job.jobId]), remove.button(texts, [job.jobId])]),
      ],
      altText: () => '',
    };
  },
  unposted(job, isKept, errorId) {
    const texts = textsFor(job.reply.locale);
    const where = `\`/${texts.commands.queue.name}\`: ${texts.queue.kept}`;
    return [texts.refusals.failed(errorId), ...(isKept ? [where] : [])].join('\n');
  },
  ready: (job, messageLink) => textsFor(job.reply.locale).job.done(`<@${job.requester.userId}>`, messageLink),
};

export const livePresenter: LivePresenter = {
  waiting(job, place) {
    const texts = textsFor(job.reply.locale);
    const wait = place.etaMs === null ? null : sayDuration(texts, place.etaMs);
    const line = texts.job.waiting(place.ahead, wait);
    return {
      key: line,
      body: quiet({
        content: [headline(texts, job), ...notesOf(job), line].join('\n'),
        components: [row([cancel.button(texts, [job.jobId])])],
      }),
    };
  },
  running(job, progress, preview) {
    const texts = textsFor(job.reply.locale);
    const line = ((): string => {
      if (progress.phase === 'finishing') return texts.job.finishing;
      const { step, steps, msPerStep } = progress;
      const left = msPerStep > 0 ? sayDuration(texts, (steps - step) * msPerStep) : null;
      return texts.job.painting(step, steps, Math.floor((100 * step) / steps), left);
    })();
    return {
      key: line,
      body: quiet({
        content: [headline(texts, job), ...notesOf(job), line].join('\n'),
        components: [row([cancel.button(texts, [job.jobId])])],
        // The whole list each time: what is not named is taken away.
        attachments: preview
          ? [
              {
                id: '0',
                filename: preview.name,
                description: shorten(texts.job.altText(job.request.prompt, null), maxAltText),
              },
            ]
          : [],
      }),
    };
  },
};
