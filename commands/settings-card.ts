// The panel of /admin settings: everything that is set, and the controls of one page. Pure: from values to JSON.

import {
  type APISelectMenuOption,
  ButtonStyle,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
} from 'discord-api-types/v10';
import { type MessageBody, plain, quiet, type Row, shorten } from '../src/discord/message-body.ts';
import type { Installation } from '../src/discord/services.ts';
import { noLimitValue, type PickedField, presetsWithin, roleShares } from '../src/moderation/settings-change.ts';
import type { GuildSettings } from '../src/store/guild-settings.ts';
import { type Catalogue, languages } from '../src/texts/index.ts';

export const panelPages = ['places', 'safety', 'limits', 'shares', 'team'] as const;
export type PanelPage = (typeof panelPages)[number];

export type PanelField = keyof Catalogue['admin']['panel']['fields'];

/** Custom ids of the controls, by the components that answer them. */
export interface PanelIds {
  readonly page: () => string;
  readonly pick: (field: PickedField) => string;
  readonly form: (form: PanelForm) => string;
  readonly reasons: (show: boolean) => string;
  readonly role: () => string;
  readonly share: (roleId: string) => string;
}

export const panelForms = ['quotas', 'negative'] as const;
export type PanelForm = (typeof panelForms)[number];

export interface PanelState {
  readonly texts: Catalogue;
  readonly settings: GuildSettings;
  readonly installation: Installation;
  readonly page: PanelPage;
  /** The role whose share is being set. */
  readonly roleId?: string;
  /** A sentence about what could not be done. */
  readonly problem?: string;
}

const fields: readonly PanelField[] = [
  'channelIds',
  'modLogChannelId',
  'safety',
  'onFlag',
  'showReasons',
  'negativePrompt',
  'maxSteps',
  'maxEdge',
  'maxCount',
  'quotaPerMember',
  'quotaPerGuild',
  'roleWeights',
  'moderatorRoleIds',
  'locale',
];
const wide: ReadonlySet<PanelField> = new Set(['channelIds', 'negativePrompt', 'roleWeights', 'moderatorRoleIds']);
const maxFieldValue = 1024;
const accent = 0x5b8def;

const list = (parts: readonly string[]) => parts.join(', ');

/** One setting in words, for the panel, the mod-log and the audit trail. */
export function saySetting(
  texts: Catalogue,
  settings: GuildSettings,
  { ceilings }: Pick<Installation, 'ceilings'>,
  field: PanelField,
): string {
  const words = texts.admin.panel;
  switch (field) {
    case 'channelIds':
      return settings.channelIds.length === 0 ? words.everywhere : list(settings.channelIds.map((id) => `<#${id}>`));
    case 'modLogChannelId':
      return settings.modLogChannelId === null ? words.none : `<#${settings.modLogChannelId}>`;
    case 'safety':
      return words.presets[settings.safety].name;
    case 'onFlag':
      return words.onFlag[settings.onFlag].name;
    case 'showReasons':
      return settings.showReasons ? words.shown : words.hidden;
    case 'negativePrompt':
      return settings.negativePrompt === '' ? words.none : plain(shorten(settings.negativePrompt, 400));
    case 'maxSteps':
    case 'maxEdge':
    case 'maxCount':
      return settings[field] === null ? words.operators(ceilings[field]) : String(settings[field]);
    case 'quotaPerMember':
    case 'quotaPerGuild': {
      const ceiling = ceilings[field];
      return settings[field] === null
        ? ceiling === 0
          ? words.noLimit
          : words.operators(ceiling)
        : String(settings[field]);
    }
    case 'roleWeights':
      return settings.roleWeights.length === 0
        ? words.alike
        : list(settings.roleWeights.map(({ roleId, weight }) => `<@&${roleId}> ×${weight}`));
    case 'moderatorRoleIds':
      return settings.moderatorRoleIds.length === 0
        ? words.permissionsOnly
        : list(settings.moderatorRoleIds.map((id) => `<@&${id}>`));
    case 'locale':
      return settings.locale === null ? words.serversLanguage : (languages[settings.locale] ?? settings.locale);
  }
}

function row(components: Row['components']): Row {
  return { type: ComponentType.ActionRow, components };
}

function stringSelect(customId: string, placeholder: string, options: APISelectMenuOption[]): Row {
  return row([
    { type: ComponentType.StringSelect, custom_id: customId, placeholder: shorten(placeholder, 150), options },
  ]);
}

function limitSelect(state: PanelState, ids: PanelIds, field: 'maxSteps' | 'maxEdge' | 'maxCount'): Row {
  const { texts, settings, installation } = state;
  const words = texts.admin.panel;
  const ceiling = installation.ceilings[field];
  const { nativeSize } = installation.model;
  const offered = {
    maxSteps: [5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150],
    maxEdge: [1, 1.25, 1.5, 2, 3, 4].map((factor) => nativeSize * factor),
    maxCount: [1, 2, 3, 4],
  }[field];
  const now = settings[field];
  const values = [...new Set([...offered.filter((value) => value < ceiling), ...(now === null ? [] : [now])])];
  return stringSelect(ids.pick(field), words.fields[field], [
    { label: words.operatorsLimit(words.fields[field], ceiling), value: noLimitValue, default: now === null },
    ...values
      .sort((a, b) => a - b)
      .map((value) => ({
        label: words.atMost(words.fields[field], value),
        value: String(value),
        default: value === now,
      })),
  ]);
}

function controls(state: PanelState, ids: PanelIds): Row[] {
  const { texts, settings, installation, roleId } = state;
  const words = texts.admin.panel;
  switch (state.page) {
    case 'places':
      return [
        row([
          {
            type: ComponentType.ChannelSelect,
            custom_id: ids.pick('channelIds'),
            placeholder: words.pickChannels,
            channel_types: [
              ChannelType.GuildText,
              ChannelType.GuildAnnouncement,
              ChannelType.GuildForum,
              ChannelType.GuildVoice,
            ],
            min_values: 0,
            max_values: 25,
            default_values: settings.channelIds
              .slice(0, 25)
              .map((id) => ({ id, type: SelectMenuDefaultValueType.Channel })),
          },
        ]),
        row([
          {
            type: ComponentType.ChannelSelect,
            custom_id: ids.pick('modLogChannelId'),
            placeholder: words.pickModLog,
            channel_types: [ChannelType.GuildText],
            min_values: 0,
            max_values: 1,
            default_values:
              settings.modLogChannelId === null
                ? []
                : [{ id: settings.modLogChannelId, type: SelectMenuDefaultValueType.Channel }],
          },
        ]),
      ];
    case 'safety':
      return [
        stringSelect(
          ids.pick('safety'),
          words.fields.safety,
          presetsWithin(installation.ceilings.safety).map((preset) => ({
            label: words.presets[preset].name,
            description: shorten(words.presets[preset].description, 100),
            value: preset,
            default: preset === settings.safety,
          })),
        ),
        stringSelect(
          ids.pick('onFlag'),
          words.fields.onFlag,
          (['withhold', 'blur'] as const).map((onFlag) => ({
            label: words.onFlag[onFlag].name,
            description: shorten(words.onFlag[onFlag].description, 100),
            value: onFlag,
            default: onFlag === settings.onFlag,
          })),
        ),
        row([
          {
            type: ComponentType.Button,
            custom_id: ids.reasons(!settings.showReasons),
            style: ButtonStyle.Secondary,
            label: settings.showReasons ? words.hideReasons : words.showReasons,
          },
          {
            type: ComponentType.Button,
            custom_id: ids.form('negative'),
            style: ButtonStyle.Secondary,
            label: words.editNegative,
          },
        ]),
      ];
    case 'limits':
      return [
        limitSelect(state, ids, 'maxSteps'),
        limitSelect(state, ids, 'maxEdge'),
        limitSelect(state, ids, 'maxCount'),
        row([
          {
            type: ComponentType.Button,
            custom_id: ids.form('quotas'),
            style: ButtonStyle.Secondary,
            label: words.editQuotas,
          },
        ]),
      ];
    case 'shares': {
      const now = settings.roleWeights.find((entry) => entry.roleId === roleId)?.weight ?? 1;
      return [
        row([
          {
            type: ComponentType.RoleSelect,
            custom_id: ids.role(),
            placeholder: words.pickRole,
            ...(roleId ? { default_values: [{ id: roleId, type: SelectMenuDefaultValueType.Role }] } : {}),
          },
        ]),
        ...(roleId
          ? [
              stringSelect(
                ids.share(roleId),
                words.pickShare,
                roleShares.map((share) => ({
                  label: share === 1 ? words.shareOfAll : words.share(share),
                  value: String(share),
                  default: share === now,
                })),
              ),
            ]
          : []),
      ];
    }
    case 'team':
      return [
        row([
          {
            type: ComponentType.RoleSelect,
            custom_id: ids.pick('moderatorRoleIds'),
            placeholder: words.pickModerators,
            min_values: 0,
            max_values: 25,
            default_values: settings.moderatorRoleIds
              .slice(0, 25)
              .map((id) => ({ id, type: SelectMenuDefaultValueType.Role })),
          },
        ]),
        stringSelect(ids.pick('locale'), words.fields.locale, [
          { label: words.serversLanguage, value: noLimitValue, default: settings.locale === null },
          ...Object.entries(languages).map(([locale, name]) => ({
            label: name,
            value: locale,
            default: locale === settings.locale,
          })),
        ]),
      ];
  }
}

export function settingsPanel(state: PanelState, ids: PanelIds): MessageBody {
  const { texts, settings, installation } = state;
  const words = texts.admin.panel;
  return quiet({
    content: state.problem ? `⚠️ ${state.problem}` : '',
    embeds: [
      {
        title: words.title,
        color: accent,
        fields: fields.map((field) => ({
          name: words.fields[field],
          value: shorten(saySetting(texts, settings, installation, field), maxFieldValue),
          inline: !wide.has(field),
        })),
        footer: { text: words.footer },
      },
    ],
    components: [
      stringSelect(
        ids.page(),
        words.title,
        panelPages.map((page) => ({
          label: words.pages[page].name,
          description: shorten(words.pages[page].description, 100),
          value: page,
          default: page === state.page,
        })),
      ),
      ...controls(state, ids),
    ],
  });
}
