// ℹ️ Info: every parameter, the model's hash, the family tree and a command to copy, for the presser only.

import type { APIEmbedField } from 'discord-api-types/v10';
import { readLoras } from '../../src/diffusion/prompt-loras.ts';
import { parsePrompt } from '../../src/diffusion/prompt-weights.ts';
import { samplers } from '../../src/diffusion/samplers/index.ts';
import type { Stage } from '../../src/discord/behaviour.ts';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { imagineCommand } from '../../src/discord/imagine-command.ts';
import { code, type MessageBody, plain, quiet, shorten } from '../../src/discord/message-body.ts';
import { judgeParent, parentOf } from '../../src/discord/parent-job.ts';
import { EaselError } from '../../src/errors.ts';
import { bestTile } from '../../src/jobs/best-tile.ts';
import type { GenerateJob, Picture } from '../../src/jobs/generate-job.ts';
import type { Plot } from '../../src/jobs/paint-request.ts';
import { isAttached } from '../../src/store/image-store.ts';
import type { JobRecord, JobStore } from '../../src/store/jobs.ts';
import type { Catalogue } from '../../src/texts/index.ts';

const maxAncestors = 5;
const maxChildren = 10;

/** What the brackets of a prompt mean: `(word:1.2)` and `[word]`, as the model is told. */
function sayWeights(prompt: string): string | null {
  const pieces = parsePrompt(prompt).flatMap((piece) => (piece === 'break' || piece.weight === 1 ? [] : [piece]));
  if (pieces.length === 0) return null;
  const number = (weight: number) => String(Math.round(weight * 100) / 100);
  return pieces.map(({ text, weight }) => `${plain(shorten(text.trim(), 60))} ×${number(weight)}`).join(' · ');
}

function sayPlot({ columns, rows }: Plot): string {
  const axes = [columns, ...(rows.length > 1 ? [rows] : [])];
  return shorten(axes.map((labels) => labels.join(', ')).join(' × '), 400);
}

/** Where the painting began, if not from noise: a picture of its parent, or one that a member attached. */
function sayStart({ info: words }: Catalogue, { request, parent }: GenerateJob): APIEmbedField[] {
  if (!request.init) return [];
  const { imageKey, strength } = request.init;
  const field = (value: string): APIEmbedField[] => [{ name: words.init, value, inline: true }];
  if (isAttached(imageKey)) {
    return field((request.maskKey === undefined ? words.imageToImage : words.inpainting)(strength));
  }
  // A reroll has all of its parent's message for a parent, and the picture that this one started from in its key.
  const tile = parent && parent.tile >= 0 ? parent.tile : Number(/\/tile-(\d)$/.exec(imageKey)?.[1] ?? 0);
  const sayPicture = request.maskKey === undefined ? words.initOf : words.regionOf;
  return field(sayPicture(`#${tile + 1}`, strength));
}

/** `#1 5.12 · #2 5.48 ★`; null where nothing was scored. */
function sayAesthetics(pictures: readonly Picture[]): string | null {
  const scored = pictures.flatMap(({ kind, index, aesthetics }) =>
    kind === 'tile' && aesthetics !== undefined ? [{ index, score: aesthetics.toFixed(2) }] : [],
  );
  if (scored.length === 0) return null;
  const best = bestTile(pictures);
  const isGrid = pictures.length > 1;
  return (
    scored
      // What belongs together stays on one line.
      .map(({ index, score }) => `${isGrid ? `#${index + 1}\u00a0` : ''}${score}${index === best ? '\u00a0★' : ''}`)
      .join(' · ')
  );
}

function linkTo(record: JobRecord): string {
  const { guildId } = record.job.reply;
  if (!record.message || record.job.reply.ephemeral) return `\`${record.job.jobId}\``;
  const { channelId, messageId } = record.message;
  return `https://discord.com/channels/${guildId ?? '@me'}/${channelId}/${messageId}`;
}

async function family(texts: Catalogue, record: JobRecord, jobs: JobStore): Promise<string> {
  const lines: string[] = [];
  let parent = record.job.parent;
  for (let generation = 0; parent && generation < maxAncestors; generation += 1) {
    const ancestor: JobRecord | null = await jobs.get(parent.jobId);
    if (!ancestor) break;
    const tile = parent.tile >= 0 ? ` (#${parent.tile + 1})` : '';
    lines.push(`${'↳ '.repeat(generation)}${texts.info.parent(linkTo(ancestor))}${tile}`);
    parent = ancestor.job.parent;
  }
  const children = await Promise.all(record.childJobIds.slice(-maxChildren).map((id) => jobs.get(id)));
  const links = children.flatMap((child) => (child && !child.job.reply.ephemeral ? [linkTo(child)] : []));
  if (links.length > 0) lines.push(texts.info.children(links.join(' ')));
  return lines.length > 0 ? shorten(lines.join('\n'), 1024) : texts.info.familyNone;
}

export const info = defineComponent({
  id: 'i',
  args: [jobIdArg],
  render: (texts) => ({ emoji: 'ℹ️', label: texts.buttons.info }),
  first: 'private',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeParent,
  async handle(stage, { args: [jobId] }) {
    const record = parentOf(stage);
    if (!record) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    await stage.reply.edit(await infoCard(stage, record));
  },
});

/** Everything about a job, for one member's eyes. */
export async function infoCard({ texts, services, installation }: Stage, record: JobRecord): Promise<MessageBody> {
  const { jobId, request, requester } = record.job;
  const { info: words } = texts;
  const short = (name: string, value: string): APIEmbedField => ({ name, value, inline: true });
  const long = (name: string, value: string): APIEmbedField => ({ name, value: shorten(value, 1024) });
  const modelName = request.modelName ?? installation.offers.find(request.modelHash)?.name;
  const { words: prompt, loras } = readLoras(request.prompt);
  const weights = sayWeights(prompt);
  const aesthetics = sayAesthetics(record.result?.pictures ?? []);
  const negative = [request.negativePrompt, record.serverNegative].filter((words) => words !== '').join(', ');
  const merged = loras.map(({ name, weight }) => `${plain(name)} ×${weight}`).join(' · ');
  const fields = [
    long(words.prompt, plain(shorten(prompt, 900)) || '–'),
    ...(negative ? [long(words.negative, plain(shorten(negative, 900)))] : []),
    ...(weights ? [long(words.weights, shorten(weights, 500))] : []),
    ...(merged ? [long(words.loras, merged)] : []),
    ...(request.style ? [short(words.style, plain(request.style))] : []),
    short(words.size, `${request.width}×${request.height}`),
    short(words.seed, String(request.seed)),
    short(words.steps, String(request.steps)),
    short(words.guidance, String(request.guidanceScale)),
    short(words.sampler, samplers[request.sampler].label),
    short(words.model, `${modelName ? `${plain(modelName)} ` : ''}\`${request.modelHash.slice(0, 16)}\``),
    ...sayStart(texts, record.job),
    ...(aesthetics ? [short(words.aesthetics, aesthetics)] : []),
    ...(request.plot ? [long(words.plot, plain(sayPlot(request.plot)))] : []),
    short(words.by, `<@${requester.userId}>`),
    short(words.job, `\`${jobId}\``),
    long(words.family, await family(texts, record, services.jobs)),
  ];
  const command = code(imagineCommand(texts, request, installation));
  const again = request.init && isAttached(request.init.imageKey) ? `\n-# ${words.attachAgain}` : '';
  const description = `${words.command}${again}\n\`\`\`\n${command}\n\`\`\``;
  // An embed may hold 6,000 characters altogether: the command, the longest of it, takes what the fields leave.
  return quiet({ embeds: [{ title: words.title, description, fields }] });
}
