import { ComponentType as C } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTwin, type Twin } from '../../src/playground/start.ts';
import { startInteraction } from '../../src/playground/state/interactions.ts';
import { raw, tinyPng, withFiles } from './rig.ts';

const V2 = 1 << 15;
const text = (length: number) => 'x'.repeat(length);
const button = (more: object) => ({ type: C.Button, style: 2, label: 'a', custom_id: 'a', ...more });
const row = (...components: object[]) => ({ type: C.ActionRow, components });
const select = (more: object) => ({
  type: C.StringSelect,
  custom_id: 's',
  options: [{ label: 'a', value: 'a' }],
  ...more,
});
const display = (content = 'x') => ({ type: C.TextDisplay, content });

describe('bodies of messages', () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await startTwin({ rateLimits: false });
  });
  afterAll(() => twin.close());
  const post = (body: unknown) => raw(twin, 'POST', `/channels/${twin.channels.general}/messages`, body);

  it.each<[string, object, string]>([
    ['content of 2001 characters', { content: text(2001) }, 'content'],
    ['content that is no string', { content: 5 }, 'content'],
    ['eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }, 'embeds'],
    [
      'embeds of over 6000 characters',
      { embeds: [{ description: text(4096) }, { description: text(1905) }] },
      'embeds',
    ],
    ['a field without value', { embeds: [{ fields: [{ name: 'x' }] }] }, 'embeds.0.fields.0.value'],
    ['a nonce of 26 characters', { content: 'x', nonce: text(26) }, 'nonce'],
    [
      'six rows',
      { content: 'x', components: Array.from({ length: 6 }, (_, i) => row(button({ custom_id: `${i}` }))) },
      'components',
    ],
    [
      'six buttons in a row',
      { content: 'x', components: [row(...Array.from({ length: 6 }, (_, i) => button({ custom_id: `${i}` })))] },
      'components.0.components',
    ],
    ['an empty row', { content: 'x', components: [row()] }, 'components.0.components'],
    ['a custom id twice', { content: 'x', components: [row(button({}), button({}))] }, 'components'],
    [
      'a custom id of 101 characters',
      { content: 'x', components: [row(button({ custom_id: text(101) }))] },
      'components.0.components.0.custom_id',
    ],
    [
      'an empty custom id',
      { content: 'x', components: [row(button({ custom_id: '' }))] },
      'components.0.components.0.custom_id',
    ],
    [
      'a label of 81 characters',
      { content: 'x', components: [row(button({ label: text(81) }))] },
      'components.0.components.0.label',
    ],
    [
      'a button without label and emoji',
      { content: 'x', components: [row(button({ label: undefined }))] },
      'components.0.components.0.label',
    ],
    [
      'a link with custom id',
      { content: 'x', components: [row(button({ style: 5, url: 'https://a.example' }))] },
      'components.0.components.0.custom_id',
    ],
    [
      'an emoji that is none',
      { content: 'x', components: [row(button({ emoji: { name: 'nope' } }))] },
      'components.0.components.0.emoji.name',
    ],
    [
      'a select beside a button',
      { content: 'x', components: [row(select({}), button({}))] },
      'components.0.components',
    ],
    [
      '26 options',
      {
        content: 'x',
        components: [row(select({ options: Array.from({ length: 26 }, (_, i) => ({ label: 'a', value: `${i}` })) }))],
      },
      'components.0.components.0.options',
    ],
    [
      'an option value twice',
      {
        content: 'x',
        components: [
          row(
            select({
              options: [
                { label: 'a', value: 'a' },
                { label: 'b', value: 'a' },
              ],
            }),
          ),
        ],
      },
      'components.0.components.0.options.1.value',
    ],
    [
      'more values than options',
      { content: 'x', components: [row(select({ max_values: 2 }))] },
      'components.0.components.0.max_values',
    ],
    [
      'a text input in a message',
      { content: 'x', components: [row({ type: C.TextInput, custom_id: 'a', style: 1 })] },
      'components.0.components.0.type',
    ],
    ['new components without their flag', { components: [display()] }, 'components.0.type'],
    ['content beside new components', { flags: V2, content: 'x', components: [display()] }, 'content'],
    ['41 new components', { flags: V2, components: Array.from({ length: 41 }, () => display()) }, 'components'],
    [
      '4001 characters of displayed text',
      { flags: V2, components: [display(text(2001)), display(text(2000))] },
      'components',
    ],
    [
      'a gallery of eleven',
      {
        flags: V2,
        components: [
          {
            type: C.MediaGallery,
            items: Array.from({ length: 11 }, () => ({ media: { url: 'https://a.example/x.png' } })),
          },
        ],
      },
      'components.0.items',
    ],
    [
      'a gallery of a missing file',
      { flags: V2, components: [{ type: C.MediaGallery, items: [{ media: { url: 'attachment://no.png' } }] }] },
      'components',
    ],
    [
      'a section without accessory',
      { flags: V2, components: [{ type: C.Section, components: [display()] }] },
      'components.0.accessory',
    ],
    [
      'a container in a container',
      { flags: V2, components: [{ type: C.Container, components: [{ type: C.Container, components: [display()] }] }] },
      'components.0.components.0.type',
    ],
    [
      'mentions both parsed and listed',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
      'allowed_mentions.users',
    ],
    ['an attachment without its file', { content: 'x', attachments: [{ id: 0 }] }, 'attachments.0.id'],
  ])('are refused for %s', async (_name, body, field) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035, message: 'Invalid Form Body' } });
    const path = field
      .split('.')
      .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], answer.body?.errors);
    expect(path, JSON.stringify(answer.body)).toHaveProperty('_errors');
    expect(twin.violations.pop()?.kind).toBe('invalid-form');
  });

  it('are refused when they say nothing', async () => {
    expect((await post({})).body).toMatchObject({ code: 50006 });
    expect((await post({ content: ' \n' })).body).toMatchObject({ code: 50006 });
    expect((await post({ components: [row(button({}))] })).body).toMatchObject({ code: 50006 });
  });

  it('are refused when alt text is longer than 1024 characters or files are more than ten', async () => {
    const file = { name: 'a.png', bytes: tinyPng() };
    const long = withFiles({ attachments: [{ id: 0, description: text(1025) }] }, [file]);
    expect((await post(long)).body).toMatchObject({ code: 50035, errors: { attachments: { 0: { description: {} } } } });
    expect(
      (
        await post(
          withFiles(
            {},
            Array.from({ length: 11 }, () => file),
          ),
        )
      ).body,
    ).toMatchObject({ code: 50035 });
  });

  it('number new components, resolve their files, and note a file that nothing shows', async () => {
    twin.violations.length = 0;
    const gallery = { type: C.MediaGallery, items: [{ media: { url: 'attachment://a.png' }, description: 'alt' }] };
    const files = [
      { name: 'a.png', bytes: tinyPng() },
      { name: 'b.png', bytes: tinyPng() },
    ];
    const { body } = await post(withFiles({ flags: V2, components: [display(), gallery] }, files));
    expect(body).toMatchObject({
      components: [{ id: 1 }, { id: 2, items: [{ media: { width: 3, height: 2, content_type: 'image/png' } }] }],
    });
    expect(twin.violations).toMatchObject([
      { kind: 'unshown-file', detail: 'no component shows the attachment b.png' },
    ]);
    const path = `/channels/${twin.channels.general}/messages/${body?.id}`;
    expect((await raw(twin, 'PATCH', path, { flags: 0, content: 'plain' })).body).toMatchObject({ code: 50035 });
  });

  it.each<[string, object, string]>([
    ['a title of 46 characters', { title: text(46) }, 'title'],
    ['no components', { components: [] }, 'components'],
    ['six components', { components: Array.from({ length: 6 }, () => display()) }, 'components'],
    ['a bare text input', { components: [{ type: C.TextInput, custom_id: 'a', style: 1 }] }, 'components.0.type'],
    [
      'an input with a label inside a label',
      {
        components: [
          { type: C.Label, label: 'a', component: { type: C.TextInput, custom_id: 'a', style: 1, label: 'b' } },
        ],
      },
      'components.0.component.label',
    ],
    [
      'a value of 4001 characters',
      {
        components: [
          { type: C.Label, label: 'a', component: { type: C.TextInput, custom_id: 'a', style: 1, value: text(4001) } },
        ],
      },
      'components.0.component.value',
    ],
    [
      'eleven files',
      {
        components: [{ type: C.Label, label: 'a', component: { type: C.FileUpload, custom_id: 'a', max_values: 11 } }],
      },
      'components.0.component.max_values',
    ],
  ])('are refused in modals for %s', async (_name, change, field) => {
    const channel = twin.world.channels.get(twin.channels.general);
    if (!channel) throw new Error('no channel');
    const interaction = startInteraction(twin.world, { type: 2, userId: twin.users.ada, channel, data: {} });
    const data = { custom_id: 'm', title: 'Remix', components: [display()], ...change };
    const answer = await raw(
      twin,
      'POST',
      `/interactions/${interaction.id}/${interaction.token}/callback`,
      { type: 9, data },
      null,
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    const path = `data.${field}`
      .split('.')
      .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], answer.body?.errors);
    expect(path, JSON.stringify(answer.body)).toHaveProperty('_errors');
    interaction.cancelTimeout?.();
  });
});
