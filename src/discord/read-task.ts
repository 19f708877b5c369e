// What an interaction asks for: the command's leaf or the component that answers it, and its input once read. Pure; a refusal where there is none.

import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteraction,
  type APIApplicationCommandInteractionDataBasicOption,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionType,
} from 'discord-api-types/v10';
import type { Behaviour, Ground } from './behaviour.ts';
import { decodeCustomId, holdsComponent } from './custom-id.ts';
import type { Command, CommandLeaf } from './define-command.ts';
import type { AnyComponent } from './define-component.ts';
import { readModal, readModalFiles } from './modal.ts';
import type { AnswerableInteraction } from './read-interaction.ts';
import { type Refusal, refuse, sayOptionRefusal } from './refusal.ts';

export interface Task {
  readonly behaviour: Behaviour<unknown>;
  readonly input: unknown;
  /** What the press is, for "the same press again"; null for commands. */
  readonly press: string | null;
}

type BasicOption = APIApplicationCommandInteractionDataBasicOption;
type CommandData = APIApplicationCommandInteraction['data'] | APIApplicationCommandAutocompleteInteraction['data'];

/** Walks down to the leaf: the path of subcommand names and the options given there. */
function descend(data: CommandData): { path: string[]; options: BasicOption[] } {
  const path: string[] = [];
  let level = 'options' in data ? (data.options ?? []) : [];
  for (let depth = 0; depth < 2; depth += 1) {
    const [first] = level;
    if (
      first?.type !== ApplicationCommandOptionType.Subcommand &&
      first?.type !== ApplicationCommandOptionType.SubcommandGroup
    ) {
      break;
    }
    path.push(first.name);
    level = first.options ?? [];
  }
  const options = level.filter(
    (option): option is BasicOption =>
      option.type !== ApplicationCommandOptionType.Subcommand &&
      option.type !== ApplicationCommandOptionType.SubcommandGroup,
  );
  return { path, options };
}

export interface TaskReader {
  read(
    raw: Exclude<AnswerableInteraction, APIApplicationCommandAutocompleteInteraction>,
    ground: Ground,
  ): Task | Refusal;
  /** What a member is typing, and the leaf whose option it is; null where there is none. */
  typing(data: APIApplicationCommandAutocompleteInteraction['data']): { leaf: CommandLeaf; typed: BasicOption } | null;
}

export function createTaskReader(commands: readonly Command[], components: readonly AnyComponent[]): TaskReader {
  const commandsByName = new Map(commands.map((command) => [`${command.type}:${command.name}`, command]));
  const componentsById = new Map(components.map((component) => [component.id, component]));

  function findLeaf(data: CommandData, path: readonly string[]): CommandLeaf | null {
    return commandsByName.get(`${data.type ?? ApplicationCommandType.ChatInput}:${data.name}`)?.leaf(path) ?? null;
  }

  function readCommand(raw: APIApplicationCommandInteraction, ground: Ground): Task | Refusal {
    const { path, options } = descend(raw.data);
    const leaf = findLeaf(raw.data, path);
    if (!leaf) return refuse(ground.texts.refusals.oldButton, 'unknown');
    const read = leaf.read(ground.installation, {
      options,
      resolved: ('resolved' in raw.data && raw.data.resolved) || {},
      targetId: 'target_id' in raw.data ? raw.data.target_id : null,
    });
    if (!('input' in read)) {
      return sayOptionRefusal(ground.texts, leaf.optionName(ground.texts, read.name), read.refusal);
    }
    return { behaviour: leaf.behaviour, input: read.input, press: null };
  }

  function readComponent(
    raw: APIMessageComponentInteraction | APIModalSubmitInteraction,
    ground: Ground,
  ): Task | Refusal {
    const decoded = decodeCustomId(raw.data.custom_id);
    const component = decoded && componentsById.get(decoded.id);
    const read = component?.read(decoded?.args ?? [], {
      values: 'values' in raw.data ? raw.data.values : [],
      fields: raw.type === InteractionType.ModalSubmit ? readModal(raw.data) : new Map(),
      files: raw.type === InteractionType.ModalSubmit ? readModalFiles(raw.data) : new Map(),
    });
    // Discord sends the message as it stands there: a press of what it does not hold was made up. (A form hangs on no message.)
    const isMadeUp =
      raw.type === InteractionType.MessageComponent && !holdsComponent(raw.message.components, raw.data.custom_id);
    if (!component || !read || isMadeUp) return refuse(ground.texts.refusals.oldButton, 'unknown');
    const press = `${raw.message?.id ?? ''}/${raw.data.custom_id}/${ground.facts.user.id}`;
    return { behaviour: component.behaviour, input: read.input, press };
  }

  return {
    read(raw, ground) {
      switch (raw.type) {
        case InteractionType.ApplicationCommand:
          return readCommand(raw, ground);
        case InteractionType.MessageComponent:
        case InteractionType.ModalSubmit:
          return readComponent(raw, ground);
      }
    },
    typing(data) {
      const { path, options } = descend(data);
      const typed = options.find((option) => 'focused' in option && option.focused);
      const leaf = findLeaf(data, path);
      return leaf && typed ? { leaf, typed } : null;
    },
  };
}
