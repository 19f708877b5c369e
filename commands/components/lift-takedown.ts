// The card of /admin takedowns and its list of pictures whose like may be painted again. What holds in every server is the operator's: it is
// shown to the roles that the operator trusts, and lifted by them alone.

import { ComponentType } from 'discord-api-types/v10';
import type { Stage } from '../../src/discord/behaviour.ts';
import { pageArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayTime } from '../../src/discord/durations.ts';
import { presserOf } from '../../src/discord/facts.ts';
import { type MessageBody, plain, quiet, type Row, shorten } from '../../src/discord/message-body.ts';
import { recordAction, requireGuild } from '../../src/discord/mod-log.ts';
import { isOperator } from '../../src/moderation/permissions.ts';
import type { Takedown } from '../../src/store/takedowns.ts';
import type { Catalogue } from '../../src/texts/index.ts';

/** As many as a select holds. */
const perPage = 25;
const longestDescription = 4096;

export const takedownsOlder = defineComponent({
  id: 'uo',
  args: [pageArg],
  needs: 'manage',
  render: () => ({ emoji: '▶️' }),
  first: 'update',
  handle: (stage, { args: [page] }) => showTakedowns(stage, page),
});

export const takedownsNewer = defineComponent({
  id: 'un',
  args: [pageArg],
  needs: 'manage',
  render: () => ({ emoji: '◀️' }),
  first: 'update',
  handle: (stage, { args: [page] }) => showTakedowns(stage, page),
});

export const liftTakedowns = defineComponent({
  id: 'ut',
  args: [pageArg],
  needs: 'manage',
  first: 'update',
  async handle(stage, { args: [page], values }) {
    for (const takedown of await theirs(stage)) if (values.includes(takedown.id)) await lift(stage, takedown);
    await showTakedowns(stage, page);
  },
});

/** Those that this presser may lift, newest first. */
async function theirs({ facts, installation, services }: Stage): Promise<Takedown[]> {
  const guildId = requireGuild(facts);
  const mayLiftAll = isOperator(presserOf(facts), installation.operatorRoleIds);
  const inForce = await services.moderation.takedowns.inForce(guildId);
  return inForce.filter((one) => one.guildId === guildId || mayLiftAll).sort((a, b) => b.at - a.at);
}

/** A takedown's id is its picture's: the job and the place in it; of a picture from elsewhere, the interaction's alone. */
function pictureOf({ id }: Takedown): { jobId: string; tile: number } | null {
  const [, jobId, tile] = /^([^-]+)-(-?\d+)$/.exec(id) ?? [];
  return jobId === undefined ? null : { jobId, tile: Number(tile) };
}

function nameOf(texts: Catalogue, takedown: Takedown, mark: (jobId: string) => string): string {
  const picture = pictureOf(takedown);
  if (picture === null) return texts.review.fromElsewhere;
  const jobId = mark(picture.jobId);
  return picture.tile < 0 ? texts.origin.sheet(jobId) : texts.origin.tile(picture.tile + 1, jobId);
}

async function lift(stage: Stage, takedown: Takedown): Promise<void> {
  const { facts, services } = stage;
  // Of two who lift the same one, one is written down.
  if (!(await services.moderation.takedowns.lift(takedown.id))) return;
  const jobId = pictureOf(takedown)?.jobId ?? null;
  const record = jobId === null ? null : await services.jobs.get(jobId).catch(() => null);
  const everywhere = takedown.guildId === null;
  await recordAction(
    stage,
    {
      action: 'takedown lifted',
      subjectId: record?.job.requester.userId ?? null,
      jobId,
      details: { takedown: takedown.id, everywhere },
    },
    (texts) =>
      texts.review.liftedLine(
        `<@${facts.user.id}>`,
        nameOf(texts, takedown, (id) => `\`${id}\``),
      ),
  );
}

async function takedownsCard(stage: Stage, wanted: number): Promise<MessageBody> {
  const { texts } = stage;
  const words = texts.review;
  const all = await theirs(stage);
  if (all.length === 0) return quiet({ content: words.noTakedowns, embeds: [], components: [] });
  const pages = Math.ceil(all.length / perPage);
  const page = Math.min(wanted, pages - 1);
  const shown = all.slice(page * perPage, (page + 1) * perPage);
  const lines = shown.map((takedown) => {
    const { at, byUserId, guildId, reason } = takedown;
    const what = nameOf(texts, takedown, (id) => `\`${id}\``);
    const where = guildId === null ? ` (${words.inEveryServer})` : '';
    const why = reason === null ? null : plain(shorten(reason, 60));
    return words.takedownEntry(`${what}${where}`, sayTime(at, 'R'), `<@${byUserId}>`, why);
  });
  const select: Row = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: liftTakedowns.customId([page]),
        placeholder: words.liftTakedownChoice,
        min_values: 1,
        max_values: shown.length,
        options: shown.map((takedown) => ({
          label: shorten(
            nameOf(texts, takedown, (id) => id),
            100,
          ),
          value: takedown.id,
          description: shorten(
            [new Date(takedown.at).toISOString().slice(0, 10), ...(takedown.reason ? [takedown.reason] : [])].join(
              ' · ',
            ),
            100,
          ),
        })),
      },
    ],
  };
  const paging: Row = {
    type: ComponentType.ActionRow,
    components: [
      takedownsNewer.button(texts, [Math.max(0, page - 1)], { disabled: page === 0 }),
      takedownsOlder.button(texts, [page + 1], { disabled: page + 1 >= pages }),
    ],
  };
  return quiet({
    content: '',
    embeds: [
      {
        title: words.takedownsTitle,
        description: shorten(lines.join('\n'), longestDescription),
        footer: { text: words.takedownsFooter },
      },
    ],
    components: pages > 1 ? [select, paging] : [select],
  });
}

export async function showTakedowns(stage: Stage, page: number): Promise<void> {
  await stage.reply.edit(await takedownsCard(stage, page));
}
