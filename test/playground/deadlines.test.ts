import { type ChatInputCommandInteraction, DiscordAPIError } from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PAINT_COMMAND, type Rig, startRig } from './rig.ts';

const MINUTE = 60_000;

describe('deadlines of interactions', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ rateLimits: false });
    await rig.client.application.commands.set([PAINT_COMMAND]);
  });
  beforeEach(() => {
    rig.twin.violations.length = 0;
  });
  afterAll(() => rig.close());

  /** Runs a command and hands over both ends of it. */
  async function run() {
    const arrived = new Promise<ChatInputCommandInteraction>((resolve) =>
      rig.client.once('interactionCreate', (interaction) => {
        if (interaction.isChatInputCommand()) resolve(interaction);
      }),
    );
    const invocation = rig.twin.actor('ada').runCommand('general', '/imagine', { prompt: 'x' });
    return { invocation, interaction: await arrived };
  }
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: unknown) => (error instanceof DiscordAPIError ? error.code : String(error)),
    );
  const kinds = () => rig.twin.violations.map(({ kind }) => kind);

  it('void an interaction that nobody acknowledged within three seconds (10062)', async () => {
    const { invocation, interaction } = await run();
    rig.twin.clock.advance(3001);
    await invocation.failure();
    expect(await codeOf(interaction.deferReply())).toBe(10062);
    expect(kinds()).toEqual(['no-acknowledgement', 'late-acknowledgement']);
    await expect(invocation.acknowledgement()).rejects.toThrow('did not respond within three seconds');
  });

  it('let only the first acknowledgement count (40060)', async () => {
    const { interaction } = await run();
    const { id, token } = interaction;
    await interaction.deferReply();
    const second = rig.client.rest.post(`/interactions/${id}/${token}/callback`, {
      body: { type: 4, data: { content: 'again' } },
      auth: false,
    });
    expect(await codeOf(second)).toBe(40060);
    expect(kinds()).toEqual(['double-acknowledgement']);
  });

  it('end the token after fifteen minutes (401 and 50027), while the bot token still edits the message', async () => {
    const { invocation, interaction } = await run();
    await interaction.deferReply();
    rig.twin.clock.advance(14 * MINUTE);
    await interaction.editReply('nearly late');
    rig.twin.clock.advance(MINUTE + 1);
    expect(await codeOf(interaction.editReply('late'))).toBe(50027);
    expect(await codeOf(interaction.followUp('late'))).toBe(50027);
    expect(kinds()).toEqual(['token-expired', 'token-expired']);

    const channel = await rig.client.channels.fetch(interaction.channelId);
    if (!channel?.isSendable()) throw new Error('no channel');
    const message = await invocation.answer();
    await channel.messages.edit(message.id, 'by the bot token');
    expect(invocation.currentReply()?.content).toBe('by the bot token');
  });

  it('know no webhook before the acknowledgement, and no message after its deletion', async () => {
    const { interaction } = await run();
    const { applicationId, token } = interaction;
    const path = `/webhooks/${applicationId}/${token}/messages/@original` as const;
    expect(await codeOf(rig.client.rest.patch(path, { body: { content: 'x' }, auth: false }))).toBe(10015);
    await interaction.reply('x');
    await interaction.deleteReply();
    expect(await codeOf(interaction.editReply('y'))).toBe(10008);
  });

  it('leave an interaction open when its response was malformed', async () => {
    const { invocation, interaction } = await run();
    expect(await codeOf(interaction.reply('x'.repeat(2001)))).toBe(50035);
    await interaction.reply('short');
    expect((await invocation.answer()).content).toBe('short');
  });
});
