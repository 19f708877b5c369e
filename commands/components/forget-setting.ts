// The card of /settings and its list of defaults to forget.

import { ComponentType } from 'discord-api-types/v10';
import { samplers } from '../../src/diffusion/samplers/index.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { type MessageBody, plain, quiet, shorten } from '../../src/discord/message-body.ts';
import type { MemberSettings } from '../../src/store/member-settings.ts';
import type { Catalogue } from '../../src/texts/index.ts';

const fields = ['size', 'style', 'model', 'negative', 'steps', 'guidance', 'sampler', 'count', 'private'] as const;
type Field = (typeof fields)[number];

const stored: Readonly<Record<Field, readonly (keyof MemberSettings)[]>> = {
  size: ['width', 'height'],
  style: ['style'],
  model: ['model'],
  negative: ['negativePrompt'],
  steps: ['steps'],
  guidance: ['guidanceScale'],
  sampler: ['sampler'],
  count: ['count'],
  private: ['private'],
};

/** Null where it is not set. */
function shownValue(texts: Catalogue, settings: MemberSettings, field: Field): string | null {
  const values: Record<Field, string | number | undefined> = {
    size: settings.width && settings.height ? `${settings.width}×${settings.height}` : undefined,
    style: settings.style,
    model: settings.model,
    negative: settings.negativePrompt || undefined,
    steps: settings.steps,
    guidance: settings.guidanceScale,
    sampler: settings.sampler && samplers[settings.sampler].label,
    count: settings.count,
    private: settings.private === undefined ? undefined : settings.private ? texts.settings.yes : texts.settings.no,
  };
  const value = values[field];
  return value === undefined ? null : String(value);
}

export const forgetSetting = defineComponent({
  id: 'sf',
  args: [],
  first: 'update',
  async handle({ services, facts, reply, texts }, { values }) {
    const settings: MemberSettings = { ...(await services.memberSettings.get(facts.user.id)) };
    for (const field of fields) {
      if (values.includes(field)) for (const key of stored[field]) delete settings[key];
    }
    await services.memberSettings.set(facts.user.id, settings);
    await reply.edit(settingsCard(texts, settings));
  },
});

export function settingsCard(texts: Catalogue, settings: MemberSettings): MessageBody {
  const names = texts.commands.settings.options;
  const set = fields.flatMap((field) => {
    const value = shownValue(texts, settings, field);
    return value === null ? [] : [{ field, name: names[field].name, value }];
  });
  if (set.length === 0) return quiet({ content: texts.settings.none, embeds: [], components: [] });
  return quiet({
    content: '',
    embeds: [
      {
        title: texts.settings.title,
        description: set.map(({ name, value }) => `**${name}** ${plain(shorten(value, 300))}`).join('\n'),
        footer: { text: texts.settings.footer },
      },
    ],
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.StringSelect,
            custom_id: forgetSetting.customId([]),
            placeholder: texts.settings.forget,
            min_values: 1,
            max_values: set.length,
            options: set.map(({ field, name, value }) => ({
              label: name,
              value: field,
              description: shorten(value, 100),
            })),
          },
        ],
      },
    ],
  });
}
