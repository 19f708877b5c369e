// The controls of /admin settings: each press is asked for its own permissions, changes one setting, writes it down and draws the panel anew.

import { Routes } from 'discord.js';
import { z } from 'zod';
import type { Scene, Stage } from '../../src/discord/behaviour.ts';
import { snowflakeArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { recordAction, requireGuild } from '../../src/discord/mod-log.ts';
import { modalBody, textField } from '../../src/discord/modal.ts';
import { refuse } from '../../src/discord/refusal.ts';
import {
  type Change,
  type PickedField,
  pickedFields,
  quotaBounds,
  quotaCeiling,
  readLimit,
  readPicked,
  withRoleShare,
} from '../../src/moderation/settings-change.ts';
import type { GuildSettings } from '../../src/store/guild-settings.ts';
import { languages } from '../../src/texts/index.ts';
import {
  type PanelField,
  type PanelIds,
  type PanelPage,
  panelForms,
  panelPages,
  saySetting,
  settingsPanel,
} from '../settings-card.ts';

const longestNegative = 1000;
const quotaFields = ['quotaPerMember', 'quotaPerGuild'] as const;

const pageOf: Readonly<Record<PickedField, PanelPage>> = {
  channelIds: 'places',
  modLogChannelId: 'places',
  safety: 'safety',
  onFlag: 'safety',
  maxSteps: 'limits',
  maxEdge: 'limits',
  maxCount: 'limits',
  moderatorRoleIds: 'team',
  locale: 'team',
};

const picked = (scene: Pick<Scene, 'installation'>, field: PickedField, values: readonly string[]) =>
  readPicked(field, values, scene.installation.ceilings, Object.keys(languages));

/** Draws the panel as things stand now. */
export async function showPanel(
  stage: Stage,
  page: PanelPage,
  more: { readonly roleId?: string; readonly problem?: string } = {},
): Promise<void> {
  const { facts, installation, reply, services, texts } = stage;
  const settings = await services.moderation.guilds.get(requireGuild(facts));
  await reply.edit(settingsPanel({ texts, settings, installation, page, ...more }, ids));
}

/** Whether the channel is one of this server's: a forged id would let the bot write into another. */
async function isOurs({ facts, services }: Stage, channelId: string): Promise<boolean> {
  const channel = await services.rest.get(Routes.channel(channelId)).catch(() => null);
  return z.object({ guild_id: z.literal(requireGuild(facts)) }).safeParse(channel).success;
}

async function apply(
  stage: Stage,
  change: Change | ((before: GuildSettings) => Change),
  page: PanelPage,
  roleId?: string,
): Promise<void> {
  const { facts, installation, services, texts } = stage;
  const words = texts.admin.panel;
  const modLogChannelId = typeof change === 'object' ? change.modLogChannelId : null;
  if (modLogChannelId && !(await isOurs(stage, modLogChannelId))) {
    await showPanel(stage, page, { problem: words.noModLog });
    return;
  }
  const guildId = requireGuild(facts);
  const before = await services.moderation.guilds.get(guildId);
  const after = await services.moderation.guilds.update(guildId, change);
  const changed = (Object.keys(words.fields) as PanelField[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  let problem: string | undefined;
  for (const field of changed) {
    const details = { setting: field, from: JSON.stringify(before[field]), to: JSON.stringify(after[field]) };
    const told = await recordAction({ ...stage, guild: after }, { action: 'settings changed', details }, (itsTexts) =>
      itsTexts.modLog.settingsChanged(
        `<@${facts.user.id}>`,
        itsTexts.admin.panel.fields[field],
        saySetting(itsTexts, after, installation, field),
      ),
    );
    if (!told && after.modLogChannelId !== null) problem = words.modLogMute;
  }
  await showPanel(stage, page, { ...(roleId ? { roleId } : {}), ...(problem ? { problem } : {}) });
}

export const panelPage = defineComponent({
  id: 'gp',
  args: [],
  needs: 'manage',
  first: 'update',
  async handle(stage, { values: [wanted] }) {
    await showPanel(stage, panelPages.find((page) => page === wanted) ?? 'places');
  },
});

export const panelPick = defineComponent({
  id: 'gv',
  args: [z.enum(pickedFields)],
  needs: 'manage',
  first: 'update',
  judge: (scene, { args: [field], values }) =>
    picked(scene, field, values) ? null : refuse(scene.texts.refusals.oldButton),
  handle: (stage, { args: [field], values }) => apply(stage, picked(stage, field, values) ?? {}, pageOf[field]),
});

export const panelReasons = defineComponent({
  id: 'gr',
  args: [z.enum(['show', 'hide'])],
  needs: 'manage',
  first: 'update',
  handle: (stage, { args: [wish] }) => apply(stage, { showReasons: wish === 'show' }, 'safety'),
});

export const panelRole = defineComponent({
  id: 'gw',
  args: [],
  needs: 'manage',
  first: 'update',
  async handle(stage, { values: [roleId] }) {
    // Everybody's share is one by definition; that role's id is the server's.
    const isRole = snowflakeArg.safeParse(roleId).success && roleId !== stage.facts.guildId;
    await showPanel(stage, 'shares', roleId && isRole ? { roleId } : {});
  },
});

export const panelShare = defineComponent({
  id: 'gs',
  args: [snowflakeArg],
  needs: 'manage',
  first: 'update',
  judge: ({ guild, texts }, { args: [roleId], values }) =>
    withRoleShare(guild.roleWeights, roleId, values[0]) ? null : refuse(texts.refusals.oldButton),
  handle: (stage, { args: [roleId], values }) =>
    apply(stage, ({ roleWeights }) => withRoleShare(roleWeights, roleId, values[0]) ?? {}, 'shares', roleId),
});

export const panelFormSubmitted = defineComponent({
  id: 'gm',
  args: [z.enum(panelForms)],
  needs: 'manage',
  first: 'update',
  judge({ installation, texts }, { args: [form], fields }) {
    if (form === 'negative') return null;
    for (const field of quotaFields) {
      const most = quotaCeiling(field, installation.ceilings);
      if (readLimit(String(fields.get(field) ?? ''), most) === undefined) {
        return refuse(texts.admin.panel.notANumber(texts.admin.panel.fields[field], most));
      }
    }
    return null;
  },
  async handle(stage, { args: [form], fields }) {
    const text = (id: string) => String(fields.get(id) ?? '').trim();
    if (form === 'negative') {
      await apply(stage, { negativePrompt: text('negativePrompt').slice(0, longestNegative) }, 'safety');
      return;
    }
    const quota = (field: (typeof quotaFields)[number]) => readLimit(text(field), quotaBounds[field]) ?? null;
    const quotas = { quotaPerMember: quota('quotaPerMember'), quotaPerGuild: quota('quotaPerGuild') };
    await apply(stage, quotas, 'limits');
  },
});

export const panelForm = defineComponent({
  id: 'gf',
  args: [z.enum(panelForms)],
  needs: 'manage',
  first: 'modal',
  modal({ guild, installation, texts }, { args: [form] }) {
    const words = texts.admin.panel;
    const ownField = {
      id: 'negativePrompt',
      label: words.fields.negativePrompt,
      long: true,
      maxLength: longestNegative,
    };
    const parts =
      form === 'negative'
        ? [textField({ ...ownField, value: guild.negativePrompt })]
        : quotaFields.map((field) =>
            textField({
              id: field,
              label: words.upTo(words.fields[field], quotaCeiling(field, installation.ceilings)),
              value: guild[field] === null ? '' : String(guild[field]),
              maxLength: 9,
            }),
          );
    return modalBody(panelFormSubmitted.customId([form]), words.title, parts);
  },
  async handle() {}, // the form's answer does it
});

const ids: PanelIds = {
  page: () => panelPage.customId([]),
  pick: (field) => panelPick.customId([field]),
  form: (form) => panelForm.customId([form]),
  reasons: (show) => panelReasons.customId([show ? 'show' : 'hide']),
  role: () => panelRole.customId([]),
  share: (roleId) => panelShare.customId([roleId]),
};
