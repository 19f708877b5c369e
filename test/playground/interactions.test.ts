import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { onInteraction, PAINT_COMMAND, type Rig, startRig, tinyPng } from './rig.ts';

describe('interactions', () => {
  let rig: Rig;
  let bot: ReturnType<typeof onInteraction> | undefined;
  const answerWith = (handle: (interaction: Interaction) => Promise<unknown>) => {
    bot = onInteraction(rig.client, handle);
  };
  beforeAll(async () => {
    rig = await startRig({ rateLimits: false });
    await rig.client.application.commands.set([
      PAINT_COMMAND,
      { type: 3, name: 'Show details' },
      { name: 'queue', description: 'My jobs', options: [{ type: 1, name: 'cancel', description: 'Cancel one' }] },
    ]);
  });
  afterEach(async () => {
    await bot?.settled();
    bot?.stop();
    expect(rig.twin.violations).toEqual([]);
  });
  afterAll(() => rig.close());
  const row = (...buttons: ButtonBuilder[]) => new ActionRowBuilder<ButtonBuilder>().addComponents(buttons);
  const button = (id: string, label = id) =>
    new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Secondary);

  it('carry a slash command with typed options to the bot, and its reply back', async () => {
    answerWith(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const prompt = interaction.options.getString('prompt', true);
      await interaction.reply(
        `${prompt} in ${interaction.options.getInteger('steps')} at ${interaction.options.getString('size')}`,
      );
    });
    const run = rig.twin
      .actor('ada')
      .runCommand('general', '/imagine', { prompt: 'a fox', steps: '20', size: 'Square' });
    const reply = await run.answer();
    expect(reply.content).toBe('a fox in 20 at 512x512');
    expect(reply).toMatchObject({ type: 20, interaction_metadata: { name: 'imagine', user: { username: 'ada' } } });
    expect((await run.acknowledgement()).type).toBe(4);
  });

  it('show "thinking" after a deferral, then the picture that fills it, by a signed link', async () => {
    let finish = () => {};
    const painted = new Promise<void>((resolve) => {
      finish = resolve;
    });
    answerWith(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await painted;
      await interaction.editReply({
        content: 'done',
        files: [{ attachment: tinyPng(), name: 'fox.png', description: 'a fox' }],
      });
    });
    const ada = rig.twin.actor('ada');
    const run = ada.runCommand('general', '/imagine', { prompt: 'a fox' });
    const thinking = await run.reply();
    expect(thinking.flags & MessageFlags.Loading).toBe(MessageFlags.Loading);
    finish();
    const message = await run.answer();
    expect(message.id).toBe(thinking.id);
    expect(message.edited_timestamp).toBeNull();
    const [file] = message.attachments;
    expect(file).toMatchObject({
      filename: 'fox.png',
      description: 'a fox',
      width: 3,
      height: 2,
      content_type: 'image/png',
    });
    expect(await ada.download(file!)).toEqual(tinyPng());
  });

  it('deliver ephemeral answers to one member alone, and not to the gateway or the channel', async () => {
    answerWith(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply('for you');
    });
    const run = rig.twin.actor('ada').runCommand('general', '/imagine', { prompt: 'x', private: true });
    const message = await run.answer();
    expect(message.flags & MessageFlags.Ephemeral).toBe(MessageFlags.Ephemeral);
    expect(rig.twin.actor('ada').see(message)?.content).toBe('for you');
    expect(rig.twin.actor('ben').see(message)).toBeUndefined();
    const channel = rig.client.channels.cache.get(rig.twin.channels.general);
    if (!channel?.isSendable()) throw new Error('no channel');
    await expect(channel.messages.fetch(message.id)).rejects.toMatchObject({ code: 10008 });
  });

  it('update the message under a pressed button, whose reply is credited to the presser', async () => {
    answerWith(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({ content: 'grid', components: [row(button('u:1', 'U1'), button('v:1', 'V1'))] });
      if (!interaction.isButton()) return;
      if (interaction.customId === 'u:1') await interaction.update({ content: 'pressed' });
      else {
        await interaction.deferReply();
        await interaction.editReply(`by ${interaction.user.username}`);
        await interaction.followUp({ content: 'psst', flags: MessageFlags.Ephemeral });
      }
    });
    const [ada, ben] = [rig.twin.actor('ada'), rig.twin.actor('ben')];
    const grid = await ada.runCommand('general', '/imagine', { prompt: 'x' }).answer();
    await ben.click(grid, 'U1').acknowledgement();
    expect(ada.see(grid)?.content).toBe('pressed');
    const press = ben.click(grid, 'V1');
    const child = await press.answer((message) => message.content !== '');
    expect(child).toMatchObject({
      content: 'by ben',
      message_reference: { message_id: grid.id },
      referenced_message: { id: grid.id },
    });
    expect((await press.followUp()).flags).toBe(MessageFlags.Ephemeral);
  });

  it('refuse presses that Discord’s client would not send', async () => {
    answerWith(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({ content: 'x', components: [row(button('off').setDisabled(true))] });
    });
    const ada = rig.twin.actor('ada');
    const message = await ada.runCommand('general', '/imagine', { prompt: 'x' }).answer();
    expect(() => ada.click(message, 'off')).toThrow('disabled');
    expect(() => ada.click(message, 'missing')).toThrow('no component missing');
    expect(() => ada.runCommand('general', '/imagine', {})).toThrow('prompt is required');
    expect(() => ada.runCommand('general', '/imagine', { prompt: 'x', steps: 51 })).toThrow('At most 50');
    expect(() => ada.runCommand('general', '/imagine', { prompt: 'x', size: 'huge' })).toThrow('Choose one of: Square');
    expect(() => ada.runCommand('general', '/imagine', { prompt: 'x'.repeat(101) })).toThrow('100 characters');
    expect(() => ada.runCommand('general', '/queue')).toThrow('Choose a subcommand');
    expect(() => ada.runCommand('modLog', '/imagine', { prompt: 'x' })).toThrow('cannot see this channel');
  });

  it('open a prefilled modal as first response and bring back what was typed', async () => {
    answerWith(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({ content: 'x', components: [row(button('remix'))] });
      if (interaction.isButton()) {
        const input = (id: string, value: string) =>
          new TextInputBuilder().setCustomId(id).setStyle(TextInputStyle.Paragraph).setValue(value).setRequired(false);
        const label = (text: string, id: string, value: string) =>
          new LabelBuilder().setLabel(text).setTextInputComponent(input(id, value));
        await interaction.showModal(
          new ModalBuilder()
            .setCustomId('remix-modal')
            .setTitle('Remix')
            .addLabelComponents(label('Prompt', 'prompt', 'a fox'), label('Without', 'negative', 'fog')),
        );
      }
      if (interaction.isModalSubmit()) {
        const { fields } = interaction;
        await interaction.reply(
          `${fields.getTextInputValue('prompt')} without ${fields.getTextInputValue('negative')}; from message: ${interaction.isFromMessage()}`,
        );
      }
    });
    const ada = rig.twin.actor('ada');
    const message = await ada.runCommand('general', '/imagine', { prompt: 'x' }).answer();
    const modal = await ada.click(message, 'remix').modal();
    expect(modal.title).toBe('Remix');
    const reply = await ada.submitModal(modal, { Prompt: 'two foxes' }).answer();
    expect(reply.content).toBe('two foxes without fog; from message: true');
    expect(() => ada.submitModal(modal, {})).toThrow('expired');
  });

  it('ask the bot for suggestions while one types', async () => {
    answerWith(async (interaction) => {
      if (interaction.isAutocomplete())
        await interaction.respond([{ name: `${interaction.options.getFocused()}!`, value: 'v' }]);
    });
    const typing = rig.twin.actor('ada').autocomplete('general', '/imagine', { prompt: 'a fox', style: 'oi' }, 'style');
    expect(await typing.choices()).toEqual([{ name: 'oi!', value: 'v' }]);
  });

  it('carry selects, context menus, subcommands and uploads', async () => {
    answerWith(async (interaction) => {
      if (interaction.isStringSelectMenu())
        await interaction.update({ content: `chose ${interaction.values.join()}`, components: [] });
      if (interaction.isMessageContextMenuCommand()) await interaction.reply(`about ${interaction.targetMessage.id}`);
      if (!interaction.isChatInputCommand()) return;
      if (interaction.commandName === 'queue') return interaction.reply(interaction.options.getSubcommand());
      const image = interaction.options.getAttachment('image');
      const bytes = image && Buffer.from(await (await fetch(image.url)).arrayBuffer());
      const select = new StringSelectMenuBuilder()
        .setCustomId('job')
        .addOptions({ label: 'one', value: '1' }, { label: 'two', value: '2' });
      return interaction.reply({
        content: `${image?.width}x${image?.height}, ${bytes?.length} bytes`,
        components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select)],
      });
    });
    const ada = rig.twin.actor('ada');
    const message = await ada
      .runCommand('general', '/imagine', { prompt: 'x', image: { filename: 'me.png', bytes: tinyPng() } })
      .answer();
    expect(message.content).toBe('3x2, 64 bytes');
    await ada.select(message, 'job', ['2']).acknowledgement();
    expect(ada.see(message)).toMatchObject({ content: 'chose 2', components: [] });
    expect(() => ada.select(message, 'job', ['2'])).toThrow('no component');
    expect((await ada.contextMenu(message, 'Show details').answer()).content).toBe(`about ${message.id}`);
    expect((await ada.runCommand('general', '/queue cancel').answer()).content).toBe('cancel');
  });

  it('return the answer with the acknowledgement when asked', async () => {
    const ids: (string | undefined)[] = [];
    answerWith(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const response = await interaction.deferReply({ withResponse: true });
      ids.push(response.resource?.message?.id, response.interaction.responseMessageId ?? undefined);
      ids.push((await interaction.fetchReply()).id);
      await interaction.editReply('done');
    });
    const message = await rig.twin.actor('ada').runCommand('general', '/imagine', { prompt: 'x' }).answer();
    expect(ids).toEqual([message.id, message.id, message.id]);
  });

  it('work in direct messages, where there is no member', async () => {
    answerWith(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply(`guild: ${interaction.inGuild()}, limit ${interaction.attachmentSizeLimit}`);
    });
    expect((await rig.twin.actor('ben').runCommand('dm', '/imagine', { prompt: 'x' }).answer()).content).toBe(
      'guild: false, limit 10485760',
    );
  });
});
