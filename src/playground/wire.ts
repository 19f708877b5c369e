// What the playground's page and its server say to each other (the bot never sees this), and the shapes of messages as a member
// sees them. Messages, embeds and components keep Discord's own field names, so the page renders what Discord would have sent.
//
// GET  /playground/api/state?as=USER                              -> PageState
// GET  /playground/api/messages?as=USER&channel=ID[&before=ID]    -> PageMessages   (newest 50, oldest first)
// GET  /playground/api/commands?as=USER&channel=ID                -> PageCommands   (only what this member may use there)
// POST /playground/api/uploads?as=USER&filename=NAME  (raw bytes) -> PageUpload     (its id is the value of attachment options)
// POST /playground/api/actions?as=USER                PageAction  -> PageReply
// WS   /playground/events?as=USER                     server sends PageEvent, one JSON object a frame
//
// Every answer is JSON; refusals come as HTTP 200 with { ok: false }, misuse of this interface as HTTP 4xx with { message }.
// `as` names the member one plays; without it the first member is meant. Pictures are fetched from `attachment.url`, same origin.

/** A person or the bot. `color` is the colour of the highest coloured role, or null; the page draws avatars from `name` and `id`. */
export interface PageUser {
  id: string;
  username: string;
  /** Nickname, else display name, else user name. */
  name: string;
  color: string | null;
  bot: boolean;
  online: boolean;
  /** Names of the roles without @everyone, highest first. */
  roles: string[];
}

export interface PageChannel {
  id: string;
  name: string;
  kind: 'text' | 'thread' | 'dm';
  topic: string | null;
  ageRestricted: boolean;
  /** Thread: the channel it hangs under. */
  parentId: string | null;
  canSend: boolean;
}

export interface PageRole {
  id: string;
  name: string;
  color: string | null;
}

export interface PageState {
  me: PageUser;
  /** All people one may switch to, in the order to show. */
  members: PageUser[];
  bot: PageUser;
  guild: { id: string; name: string };
  /** All roles but @everyone, highest first: for role mentions, role options and role selects. */
  roles: PageRole[];
  /** Those that `me` can see, in the order to show; the direct messages with the bot are among them. */
  channels: PageChannel[];
  /** The language of `me`'s client, and those to choose from (Discord's codes). */
  locale: string;
  locales: { code: string; name: string }[];
  /** Bytes a single upload may have. */
  uploadLimitBytes: number;
}

/** Loose on purpose: Discord's component types share these fields, see its component reference for which type has which. */
export interface WireComponent {
  /** 1 row, 2 button, 3 string select, 4 text input, 5-8 user/role/mentionable/channel select, 9 section, 10 text, 11 thumbnail,
   * 12 gallery, 13 file, 14 separator, 17 container, 18 label, 19 file upload, 21 radio group, 22 checkbox group, 23 checkbox. */
  type: number;
  id?: number;
  custom_id?: string;
  components?: WireComponent[];
  component?: WireComponent;
  accessory?: WireComponent;
  /** Button: 1 primary, 2 secondary, 3 success, 4 danger, 5 link. Text input: 1 short, 2 paragraph. */
  style?: number;
  label?: string;
  description?: string | null;
  emoji?: WireEmoji;
  url?: string;
  disabled?: boolean;
  placeholder?: string;
  value?: string;
  required?: boolean;
  min_length?: number;
  max_length?: number;
  min_values?: number;
  max_values?: number;
  options?: WireSelectOption[];
  default_values?: { id: string; type: string }[];
  channel_types?: number[];
  content?: string;
  media?: WireMedia;
  file?: WireMedia;
  items?: { media: WireMedia; description?: string | null; spoiler?: boolean }[];
  spoiler?: boolean;
  accent_color?: number | null;
  divider?: boolean;
  spacing?: number;
  default?: boolean;
  name?: string;
  size?: number;
}

export interface WireEmoji {
  id?: string | null;
  name?: string | null;
  animated?: boolean;
}

export interface WireSelectOption {
  label: string;
  value: string;
  description?: string | null;
  emoji?: WireEmoji;
  default?: boolean;
}

export interface WireMedia {
  url: string;
  proxy_url?: string;
  width?: number | null;
  height?: number | null;
  content_type?: string;
  attachment_id?: string;
}

export interface WireEmbed {
  type?: string;
  title?: string;
  description?: string;
  url?: string;
  timestamp?: string;
  color?: number;
  footer?: { text: string; icon_url?: string };
  image?: WireMedia;
  thumbnail?: WireMedia;
  author?: { name: string; url?: string; icon_url?: string };
  fields?: { name: string; value: string; inline?: boolean }[];
}

export interface WireUser {
  id: string;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: string | null;
  bot?: boolean;
}

export interface WireAttachment {
  id: string;
  filename: string;
  /** Alt text. */
  description?: string;
  content_type: string;
  size: number;
  /** Signed, expires after a day; a message fetched again carries a fresh one. */
  url: string;
  proxy_url: string;
  width?: number | null;
  height?: number | null;
  ephemeral?: boolean;
  /** Bit 3 (8): spoiler. */
  flags?: number;
}

/** A message as Discord's clients get it. */
export interface WireMessage {
  id: string;
  channel_id: string;
  /** 0 plain, 19 reply, 20 answer to a slash command, 23 answer to a context menu command. */
  type: number;
  author: WireUser;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  tts: boolean;
  mention_everyone: boolean;
  mentions: WireUser[];
  mention_roles: string[];
  attachments: WireAttachment[];
  embeds: WireEmbed[];
  components: WireComponent[];
  /** 4 suppress embeds, 64 ephemeral ("Only you can see this"), 128 loading ("is thinking..."), 4096 silent, 32768 components V2. */
  flags: number;
  pinned: boolean;
  reactions?: { emoji: WireEmoji; count: number; me: boolean }[];
  message_reference?: { type: number; message_id: string; channel_id: string; guild_id?: string };
  /** The message replied to; null when it was deleted. */
  referenced_message?: WireMessage | null;
  /** Present on answers to interactions: who caused it and, for commands, the command's full name. */
  interaction_metadata?: {
    id: string;
    type: number;
    user: WireUser;
    name?: string;
    authorizing_integration_owners: Record<string, string>;
    original_response_message_id?: string;
    interacted_message_id?: string;
    target_message_id?: string;
  };
  webhook_id?: string;
  application_id?: string;
  nonce?: string | number;
}

export interface PageMessages {
  messages: WireMessage[];
  hasMore: boolean;
}

export interface PageOption {
  /** 1 subcommand, 2 group, 3 string, 4 integer, 5 boolean, 6 user, 7 channel, 8 role, 9 mentionable, 10 number, 11 attachment. */
  type: number;
  name: string;
  /** The name in the member's language, where that is another one. */
  label?: string;
  description: string;
  required?: boolean;
  choices?: { name: string; value: string | number }[];
  /** Choices come from the bot while one types: send the `autocomplete` action. */
  autocomplete?: boolean;
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  options?: PageOption[];
}

export interface PageCommand {
  id: string;
  /** 1 slash, 2 on a user, 3 on a message. */
  type: number;
  name: string;
  /** The name in the member's language, where that is another one. */
  label?: string;
  description: string;
  options: PageOption[];
}

export interface PageCommands {
  commands: PageCommand[];
}

export interface PageUpload {
  id: string;
  filename: string;
  size: number;
}

/** One filled option. Users, roles, channels by id; attachments by upload id. */
export interface PageOptionValue {
  name: string;
  value: string | number | boolean;
}

export type PageAction =
  | { action: 'command'; channelId: string; commandId: string; path?: string[]; options: PageOptionValue[] }
  | {
      action: 'autocomplete';
      channelId: string;
      commandId: string;
      path?: string[];
      options: PageOptionValue[];
      /** Name of the option being typed; its text so far is its entry in `options` (absent means empty). */
      focused: string;
    }
  /** `targetId`: a message id for type 3, a user id for type 2. */
  | { action: 'context-menu'; channelId: string; commandId: string; targetId: string }
  | { action: 'click'; channelId: string; messageId: string; customId: string }
  | { action: 'select'; channelId: string; messageId: string; customId: string; values: string[] }
  /** Text inputs and radio groups: string; selects, checkbox groups, file uploads (upload ids): list; checkbox: boolean. */
  | { action: 'submit-modal'; modalId: string; fields: Record<string, string | string[] | boolean> }
  | { action: 'close-modal'; modalId: string }
  | { action: 'set-locale'; locale: string }
  | { action: 'send'; channelId: string; content: string; uploads?: string[]; replyTo?: string }
  | { action: 'delete-message'; channelId: string; messageId: string }
  /** Takes an ephemeral message out of one's own view. */
  | { action: 'dismiss'; channelId: string; messageId: string }
  | { action: 'react'; channelId: string; messageId: string; emoji: string; remove?: boolean };

export interface PageChoice {
  name: string;
  value: string | number;
}

export type PageReply =
  | { ok: true; interactionId?: string; messageId?: string; choices?: PageChoice[] }
  /** `message` is a sentence to show; `field` names the option or input at fault. */
  | { ok: false; message: string; field?: string };

export interface PageModal {
  /** For `submit-modal`; a modal not submitted within 15 minutes of its interaction is void. */
  modalId: string;
  title: string;
  channelId: string;
  /** The message whose button opened it. */
  messageId?: string;
  /** Labels (18) holding one input each, text displays (10), or the older rows (1) with one text input. */
  components: WireComponent[];
}

/** `interactionId` ties the last four to the reply of the action that started them. */
export type PageEvent =
  | { event: 'ready'; state: PageState }
  /** Channels, people, the bot's presence or its commands changed: read the state and the commands again. */
  | { event: 'state'; state: PageState }
  | { event: 'commands' }
  | { event: 'message-create'; message: WireMessage }
  | { event: 'message-update'; message: WireMessage }
  | { event: 'message-delete'; channelId: string; messageId: string }
  /** The member was mentioned, replied to or written to in private by this message. */
  | { event: 'notification'; channelId: string; messageId: string }
  | { event: 'typing'; channelId: string; userId: string }
  | { event: 'interaction-sent'; interactionId: string; channelId: string; messageId?: string; customId?: string }
  | { event: 'interaction-succeeded'; interactionId: string }
  /** `message` is a sentence to show, such as that the application did not respond. */
  | { event: 'interaction-failed'; interactionId: string; message: string }
  | { event: 'modal'; interactionId: string; modal: PageModal };
