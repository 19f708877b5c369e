// A member of the twin's server as tests play them: does what Discord's client lets a person do, sees what a person sees.
// Whatever the client would refuse throws a ClientRefusal.

import { canSee, usableCommands, visibleChannel, visibleMessage, visibleMessages } from './actors/access.ts';
import { deleteMessage, dismissMessage, react, sendMessage } from './actors/chat.ts';
import { askForChoices, type CommandUse, useCommand, useContextMenu } from './actors/commands.ts';
import { chooseOptions, pressButton } from './actors/components.ts';
import { Invocation } from './actors/invocation.ts';
import { type FieldInput, submitModal } from './actors/modals.ts';
import type { OptionInput } from './actors/options.ts';
import { ClientRefusal } from './actors/refusal.ts';
import { showCommand } from './actors/show-command.ts';
import { until } from './actors/until.ts';
import type { UploadedFile } from './state/attachments.ts';
import { localeOf, setLocale } from './state/locales.ts';
import { eachComponent } from './state/messages.ts';
import { type ActorName, SEED_IDS } from './state/seed.ts';
import { showMessage } from './state/show.ts';
import type { Message, Notification } from './state/types.ts';
import type { World } from './state.ts';
import type { PageCommand, PageModal, WireComponent, WireMessage } from './wire.ts';

/** A key of `twin.channels`, `dm` for one's own direct messages with the bot, or an id. */
export type Place = 'general' | 'ageRestricted' | 'modLog' | 'thread' | 'dm' | (string & {});
export type Options = Readonly<Record<string, OptionInput | undefined>>;
/** A message as seen, or its ids. */
export type MessageLike = Pick<WireMessage, 'id' | 'channel_id'>;

export class Actor {
  readonly name: ActorName;
  readonly id: string;
  readonly #world: World;

  constructor(world: World, name: ActorName) {
    this.name = name;
    this.id = SEED_IDS.users[name];
    this.#world = world;
  }

  /** The language of this member's client; interactions say it. */
  get locale(): string {
    return localeOf(this.#world, this.id);
  }
  setLocale(locale: string): void {
    setLocale(this.#world, this.id, locale);
  }
  /** `command` with or without slash, subcommands after a space: `/queue cancel`. Options by name. */
  runCommand(place: Place, command: string, options: Options = {}): Invocation {
    return new Invocation(this.#world, useCommand(this.#world, this.#commandUse(place, command, options)));
  }

  /** Types into the option `focused`, whose text so far is among the options. Ask the result for `choices()`. */
  autocomplete(place: Place, command: string, options: Options, focused: string): Invocation {
    return new Invocation(this.#world, askForChoices(this.#world, this.#commandUse(place, command, options), focused));
  }

  /** From the menu of a message, or of a person given by id. */
  contextMenu(target: MessageLike | { userId: string; place: Place }, name: string): Invocation {
    const isMessage = 'channel_id' in target;
    const channelId = isMessage ? target.channel_id : this.#channelId(target.place);
    const commandId = this.#commandId(channelId, name, isMessage ? 3 : 2);
    const use = { userId: this.id, channelId, commandId };
    return new Invocation(this.#world, useContextMenu(this.#world, use, isMessage ? target.id : target.userId));
  }

  /** By custom id, label or emoji. */
  click(message: MessageLike, button: string): Invocation {
    const use = { ...this.#on(message), customId: this.#customId(message, button) };
    return new Invocation(this.#world, pressButton(this.#world, use));
  }

  /** By custom id or placeholder; values, or ids for users, roles and channels. */
  select(message: MessageLike, select: string, values: readonly string[]): Invocation {
    const use = { ...this.#on(message), customId: this.#customId(message, select) };
    return new Invocation(this.#world, chooseOptions(this.#world, use, values));
  }

  /** Fields by custom id or label; those not named keep what they were prefilled with. */
  submitModal(modal: PageModal, fields: Readonly<Record<string, FieldInput>> = {}): Invocation {
    const byId = Object.entries(fields).map(([key, value]) => [fieldId(modal, key), value] as const);
    return new Invocation(this.#world, submitModal(this.#world, this.id, modal.modalId, Object.fromEntries(byId)));
  }

  send(
    place: Place,
    content: string,
    more: { files?: readonly UploadedFile[]; replyTo?: MessageLike } = {},
  ): WireMessage {
    const { files, replyTo } = more;
    const channelId = this.#channelId(place);
    const chat = {
      userId: this.id,
      channelId,
      content,
      ...(files && { files }),
      ...(replyTo && { replyTo: replyTo.id }),
    };
    return this.#show(sendMessage(this.#world, chat));
  }
  react(message: MessageLike, emoji: string): void {
    react(this.#world, this.id, message.channel_id, message.id, emoji);
  }
  unreact(message: MessageLike, emoji: string): void {
    react(this.#world, this.id, message.channel_id, message.id, emoji, false);
  }
  deleteMessage(message: MessageLike): void {
    deleteMessage(this.#world, this.id, message.channel_id, message.id);
  }
  dismiss(message: MessageLike): void {
    dismissMessage(this.#world, this.id, message.channel_id, message.id);
  }

  /** Everything this member sees in a channel, oldest first. */
  messages(place: Place): WireMessage[] {
    return visibleMessages(this.#world, this.id, this.#channelId(place)).map((message) => this.#show(message));
  }
  /** The message as it is now; undefined when it is gone or hidden from this member. */
  see(message: MessageLike): WireMessage | undefined {
    const found = this.#world.message(message.channel_id, message.id);
    return found && canSee(this.#world, this.id, found) ? this.#show(found) : undefined;
  }
  commands(place: Place): PageCommand[] {
    const channel = visibleChannel(this.#world, this.id, this.#channelId(place));
    return usableCommands(this.#world, this.id, channel).map((command) =>
      showCommand(command, localeOf(this.#world, this.id)),
    );
  }
  /** Pings that reached this member. */
  get notifications(): Notification[] {
    return this.#world.notifications.filter(({ userId }) => userId === this.id);
  }
  /** Fetches an attachment as the client would, by its signed link. */
  async download(attachment: { url: string }): Promise<Buffer> {
    const response = await fetch(attachment.url);
    if (!response.ok) throw new ClientRefusal(`The file could not be loaded (${response.status}).`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** The newest message there that fits, or the first to come. */
  waitForMessage(place: Place, isWanted: (message: WireMessage) => boolean, timeoutMs?: number): Promise<WireMessage> {
    return until(this.#world, `a message in ${place}`, () => this.messages(place).reverse().find(isWanted), timeoutMs);
  }
  /** The message once it fits, edited or not. Rejects when it is deleted. */
  waitForEdit(
    message: MessageLike,
    isWanted: (message: WireMessage) => boolean,
    timeoutMs?: number,
  ): Promise<WireMessage> {
    const probe = () => {
      const now = this.see(message);
      if (!now) throw new ClientRefusal('This message is gone.');
      return isWanted(now) ? now : undefined;
    };
    return until(this.#world, `an edit of message ${message.id}`, probe, timeoutMs);
  }
  waitForDelete(message: MessageLike, timeoutMs?: number): Promise<true> {
    return until(this.#world, `message ${message.id} to go`, () => (this.see(message) ? undefined : true), timeoutMs);
  }
  /** Any condition on what this member sees. */
  waitUntil(what: string, holds: () => boolean, timeoutMs?: number): Promise<true> {
    return until(this.#world, what, () => (holds() ? true : undefined), timeoutMs);
  }

  #show(message: Message): WireMessage {
    return showMessage(this.#world, message, this.id);
  }
  #on(message: MessageLike) {
    return { userId: this.id, channelId: message.channel_id, messageId: message.id };
  }
  #channelId(place: Place): string {
    const { directMessages, ...rest } = SEED_IDS.channels;
    if (place === 'dm') return directMessages[this.name];
    return Object.entries(rest).find(([name]) => name === place)?.[1] ?? place;
  }
  #commandUse(place: Place, command: string, options: Options): CommandUse {
    const [name = '', ...path] = command.replace(/^\//, '').split(' ');
    const channelId = this.#channelId(place);
    const values = Object.entries(options).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    );
    return {
      userId: this.id,
      channelId,
      commandId: this.#commandId(channelId, name, 1),
      path,
      values: new Map(values),
    };
  }
  #commandId(channelId: string, name: string, type: number): string {
    const channel = visibleChannel(this.#world, this.id, channelId);
    const candidates = [...this.#world.commands.values()].filter(
      (command) => command.name === name && command.type === type,
    );
    const usable = usableCommands(this.#world, this.id, channel);
    const command = candidates.find((candidate) => usable.includes(candidate)) ?? candidates[0];
    if (!command) throw new ClientRefusal(`There is no command ${name}.`);
    return command.id;
  }
  #customId(message: MessageLike, wanted: string): string {
    const { components } = visibleMessage(this.#world, this.id, message.channel_id, message.id);
    const all = [...eachComponent(components)];
    const names = (component: WireComponent) => [component.label, component.emoji?.name, component.placeholder];
    const found =
      all.find(({ custom_id }) => custom_id === wanted) ?? all.find((component) => names(component).includes(wanted));
    if (!found?.custom_id) throw new ClientRefusal(`This message has no component ${wanted}.`);
    return found.custom_id;
  }
}

function fieldId(modal: PageModal, key: string): string {
  const all = [...eachComponent(modal.components)];
  if (all.some(({ custom_id }) => custom_id === key)) return key;
  const labelled = all.find(({ label }) => label === key);
  const id = labelled?.component?.custom_id ?? labelled?.custom_id;
  if (id === undefined) throw new ClientRefusal(`This window has no field ${key}.`, key);
  return id;
}
