// A small bot that uses everything the page can draw, so that the page can be tested and looked at without the real one. It
// paints gradients.

import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  AttachmentBuilder,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Client,
  ContainerBuilder,
  Events,
  FileUploadBuilder,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MediaGalleryBuilder,
  MessageFlags,
  ModalBuilder,
  SectionBuilder,
  SeparatorBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
} from 'discord.js';
import sharp from 'sharp';

const { String: TEXT, Integer: INTEGER, Boolean: BOOLEAN, Attachment: ATTACHMENT } = ApplicationCommandOptionType;

const COMMANDS = [
  {
    name: 'imagine',
    description: 'Paint a picture from words',
    options: [
      { type: TEXT, name: 'prompt', description: 'What to paint', required: true, max_length: 1000 },
      { type: TEXT, name: 'negative', description: 'What to keep out of the picture' },
      {
        type: TEXT,
        name: 'size',
        description: 'Shape of the picture',
        choices: [
          { name: 'Square (512 × 512)', value: 'square' },
          { name: 'Portrait (512 × 768)', value: 'portrait' },
          { name: 'Landscape (768 × 512)', value: 'landscape' },
        ],
      },
      { type: INTEGER, name: 'steps', description: 'How many steps to take', min_value: 1, max_value: 50 },
      { type: TEXT, name: 'style', description: 'A painter to think of', autocomplete: true },
      { type: ATTACHMENT, name: 'image', description: 'A picture to start from' },
      { type: BOOLEAN, name: 'private', description: 'Show the result to you alone' },
    ],
  },
  {
    name: 'help',
    description: 'What this bot can do',
    name_localizations: { de: 'hilfe' },
    description_localizations: { de: 'Was dieser Bot kann' },
  },
  { name: 'blocks', description: 'Shows components of the second kind' },
  { name: 'silent', description: 'Never answers' },
  { name: 'Check origin', type: ApplicationCommandType.Message },
];
const PAINTERS = ['Hokusai', 'Hopper', 'Kandinsky', 'Klee', 'Monet', 'Turner', 'Vermeer'];
const HUES = [18, 210, 145, 285];

/** @returns a PNG; `tiles` 4 makes a two by two grid */
async function paint(tiles: 1 | 4, size = 512): Promise<Buffer> {
  const side = tiles === 4 ? size / 2 : size;
  const scenes = await Promise.all(
    HUES.slice(0, tiles).map((hue) =>
      sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 256 256">
            <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue} 60% 32%)"/><stop offset=".6" stop-color="hsl(${hue + 25} 85% 70%)"/></linearGradient></defs>
            <rect width="256" height="256" fill="url(#sky)"/><circle cx="${90 + (hue % 90)}" cy="128" r="34" fill="hsl(${hue + 30} 100% 88%)"/>
            <rect y="160" width="256" height="96" fill="hsl(${hue + 190} 40% 28%)"/><path d="M60 170v-42l30-24 30 24v42z" fill="hsl(${hue - 10} 70% 42%)"/>
          </svg>`,
        ),
      )
        .png()
        .toBuffer(),
    ),
  );
  if (tiles === 1) return scenes[0] as Buffer;
  return sharp({ create: { width: size, height: size, channels: 3, background: '#000' } })
    .composite(scenes.map((input, at) => ({ input, left: (at % 2) * side, top: Math.floor(at / 2) * side })))
    .png()
    .toBuffer();
}

const button = (id: string, label: string, style = ButtonStyle.Secondary) =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(style);
const row = (...buttons: ButtonBuilder[]) => new ActionRowBuilder<ButtonBuilder>().addComponents(buttons);

function gridButtons(pressed?: string) {
  const style = (id: string) => (id === pressed ? ButtonStyle.Primary : ButtonStyle.Secondary);
  const numbered = (letter: string) =>
    [1, 2, 3, 4].map((n) => button(`${letter}${n}`, `${letter}${n}`, style(`${letter}${n}`)));
  return [
    row(...numbered('U'), button('again', '🔄')),
    row(...numbered('V')),
    row(
      new ButtonBuilder().setCustomId('remix').setLabel('Remix').setEmoji('✏️').setStyle(ButtonStyle.Secondary),
      new ButtonBuilder().setCustomId('info').setLabel('Info').setEmoji('ℹ️').setStyle(ButtonStyle.Secondary),
      new ButtonBuilder().setCustomId('delete').setEmoji('🗑️').setStyle(ButtonStyle.Danger),
    ),
  ];
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function imagine(interaction: ChatInputCommandInteraction, stepMs: number): Promise<void> {
  const { options } = interaction;
  const prompt = options.getString('prompt', true);
  const extras = [options.getString('size'), options.getString('style'), options.getAttachment('image')?.name];
  const details = ['Made by AI', 'seed 4711', `${options.getInteger('steps') ?? 20} steps`, ...extras]
    .filter(Boolean)
    .join(' · ');
  await interaction.deferReply(options.getBoolean('private') ? { flags: MessageFlags.Ephemeral } : {});
  const cancel = [row(button('cancel', 'Cancel', ButtonStyle.Danger))];
  for (const percent of [0, 40, 80]) {
    const bar = '▰'.repeat(percent / 10) + '▱'.repeat(10 - percent / 10);
    await wait(stepMs);
    const content = `**${prompt}** — ${interaction.user}\n\`${bar}\` ${percent} % · step ${percent / 5} of 20\n-# about 6 s left`;
    await interaction.editReply({ content, components: cancel });
  }
  await wait(stepMs);
  const grid = new AttachmentBuilder(await paint(4), { name: 'grid.png', description: `Four pictures of: ${prompt}` });
  await interaction.editReply({
    content: `**${prompt}** — ${interaction.user}\n-# ${details}`,
    files: [grid],
    components: gridButtons(),
  });
}

async function press(interaction: ButtonInteraction): Promise<void> {
  const id = interaction.customId;
  if (id === 'remix') {
    const input = new TextInputBuilder()
      .setCustomId('prompt')
      .setStyle(TextInputStyle.Paragraph)
      .setValue('a red house by the sea at sunset')
      .setMaxLength(1000);
    const negative = new TextInputBuilder()
      .setCustomId('negative')
      .setStyle(TextInputStyle.Short)
      .setRequired(false)
      .setPlaceholder('For example: people, text');
    const strength = new StringSelectMenuBuilder()
      .setCustomId('strength')
      .addOptions(
        { label: 'Subtle', value: 'subtle', description: 'Stays close' },
        { label: 'Strong', value: 'strong', description: 'Dares more', default: true },
      );
    const modal = new ModalBuilder().setCustomId('remix').setTitle('Remix');
    modal.addLabelComponents(
      new LabelBuilder().setLabel('Prompt').setTextInputComponent(input),
      new LabelBuilder()
        .setLabel('Negative prompt')
        .setDescription('What to keep out of the picture')
        .setTextInputComponent(negative),
      new LabelBuilder().setLabel('Strength').setStringSelectMenuComponent(strength),
    );
    return interaction.showModal(modal);
  }
  if (id === 'V4') {
    const mask = new FileUploadBuilder().setCustomId('mask');
    const modal = new ModalBuilder().setCustomId('region').setTitle('Vary (Region)');
    modal.addLabelComponents(new LabelBuilder().setLabel('Mask').setFileUploadComponent(mask));
    return interaction.showModal(modal);
  }
  if (id === 'info') {
    await interaction.reply({
      flags: MessageFlags.Ephemeral,
      embeds: [
        {
          title: 'How this was made',
          color: 0xe8734a,
          description: 'Copy it: `/imagine prompt:a red house seed:4711`',
          fields: [
            { name: 'Seed', value: '4711', inline: true },
            { name: 'Steps', value: '20', inline: true },
            { name: 'Sampler', value: 'Euler', inline: true },
            { name: 'Made', value: `<t:${Math.floor(Date.now() / 1000)}:R>` },
          ],
          footer: { text: 'Miniature' },
        },
      ],
    });
    return;
  }
  if (id === 'delete') return;
  if (id.startsWith('U')) {
    await interaction.deferReply();
    const picture = new AttachmentBuilder(await paint(1), { name: 'picture.png', description: `Picture ${id[1]}` });
    await interaction.editReply({ content: `**Image #${id[1]}** — ${interaction.user}`, files: [picture] });
    await interaction.message.edit({ components: gridButtons(id) });
    return;
  }
  await interaction.reply({ content: `You pressed ${id}.`, flags: MessageFlags.Ephemeral });
}

async function blocks(interaction: ChatInputCommandInteraction): Promise<void> {
  const picture = new AttachmentBuilder(await paint(1), { name: 'one.png' });
  const more = new AttachmentBuilder(await paint(4), { name: 'two.png' });
  const container = new ContainerBuilder()
    .setAccentColor(0x5865f2)
    .addTextDisplayComponents(
      new TextDisplayBuilder().setContent(
        '## Review queue\nA picture waits for **your** decision. ||Spoilers|| stay hidden.',
      ),
    )
    .addSectionComponents(
      new SectionBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent('- one\n- two\n  - nested'))
        .setButtonAccessory(button('open', 'Open', ButtonStyle.Primary)),
    )
    .addSeparatorComponents(new SeparatorBuilder())
    .addMediaGalleryComponents(
      new MediaGalleryBuilder().addItems(
        { media: { url: 'attachment://one.png' }, description: 'A house' },
        { media: { url: 'attachment://two.png' }, spoiler: true },
      ),
    )
    .addActionRowComponents(
      row(
        button('release', 'Release', ButtonStyle.Success),
        button('uphold', 'Uphold', ButtonStyle.Danger),
        button('never', 'Never').setDisabled(true),
      ),
    );
  const people = new ActionRowBuilder<UserSelectMenuBuilder>().addComponents(
    new UserSelectMenuBuilder().setCustomId('people').setPlaceholder('Choose people').setMaxValues(2),
  );
  await interaction.reply({
    flags: MessageFlags.IsComponentsV2,
    components: [container, people],
    files: [picture, more],
  });
}

async function answer(interaction: Interaction, stepMs: number): Promise<void> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused().toLowerCase();
    const found = PAINTERS.filter((name) => name.toLowerCase().includes(typed));
    await interaction.respond(found.map((name) => ({ name, value: name })));
  } else if (interaction.isChatInputCommand()) {
    if (interaction.commandName === 'imagine') await imagine(interaction, stepMs);
    if (interaction.commandName === 'blocks') await blocks(interaction);
    if (interaction.commandName === 'help')
      await interaction.reply({
        flags: MessageFlags.Ephemeral,
        content:
          '# Easel\nI paint. Try </imagine:1> or read [the manual](https://example.org).\n> Every picture is marked as made by AI.\n```ts\nconst x = 1;\n```',
      });
  } else if (interaction.isButton()) await press(interaction);
  else if (interaction.isUserSelectMenu())
    await interaction.reply({
      flags: MessageFlags.Ephemeral,
      content: `Chosen: ${interaction.values.map((id) => `<@${id}>`).join(', ')}`,
    });
  else if (interaction.isModalSubmit() && interaction.customId === 'region') {
    const mask = interaction.fields.getUploadedFiles('mask', true).first();
    const { data, info } = await sharp(Buffer.from(await (await fetch(mask?.url ?? '')).arrayBuffer()))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const white = data.filter((value) => value > 127).length / data.length;
    await interaction.reply(`${mask?.name} has ${info.width}×${info.height}, ${Math.round(100 * white)} % of it white`);
  } else if (interaction.isModalSubmit())
    await interaction.reply(
      `**${interaction.fields.getTextInputValue('prompt')}** (${interaction.fields.getStringSelectValues('strength')[0]}), remixed by ${interaction.user}`,
    );
  else if (interaction.isMessageContextMenuCommand())
    await interaction.reply({ flags: MessageFlags.Ephemeral, content: 'Made here, on this machine.' });
}

/** Logs in, registers the commands and answers until closed. `stepMs`: pause between progress edits. */
export async function startDemoBot(
  twin: { url: string; token: string; applicationId: string; guildId: string },
  stepMs = 300,
): Promise<{ close(): Promise<void> }> {
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: twin.url } });
  client.on('error', () => {});
  client.on(Events.InteractionCreate, (interaction) => {
    // What a closing test interrupts is nobody's concern.
    answer(interaction, stepMs).catch(() => {});
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(twin.token);
  await ready;
  await client.rest.put(`/applications/${twin.applicationId}/commands`, { body: COMMANDS });
  return { close: () => client.destroy() };
}
