// A slash command, whole: words, options, who may use it where, its first response and what it does.
// Options are declared once and give Discord's JSON and the typed values alike.

import {
  type APIApplicationCommandInteractionDataBasicOption,
  type APIApplicationCommandOptionChoice,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import { type Catalogue, localizations, textsFor } from '../texts/index.ts';
import type { Behaviour, Ground } from './behaviour.ts';
import { type OptionRefusal, type OptionValues, type Resolved, readOptions, type SlashOptions } from './options.ts';
import type { Installation, Services } from './services.ts';

export interface CommandWords<Names extends string> {
  readonly name: string;
  readonly description: string;
  readonly options: Readonly<Record<Names, { readonly name: string; readonly description: string }>>;
}

export type Places = 'everywhere' | 'guilds';

interface LeafSpec<Options extends SlashOptions> extends Behaviour<OptionValues<Options>> {
  readonly words: (texts: Catalogue) => CommandWords<keyof Options & string>;
  readonly options: Options | ((installation: Installation) => Options);
  /** Choices for the option that is being typed in; at most 25. Names and values at most 100 characters. */
  suggest?(
    ground: Ground,
    typing: { readonly name: keyof Options & string; readonly text: string },
    services: Services,
  ): Promise<readonly APIApplicationCommandOptionChoice[]>;
}

export interface CommandSpec {
  /** Default everywhere: servers, and direct messages with the bot. */
  readonly places?: Places;
  /** Only a default that servers may override: ask again in `judge`. */
  readonly defaultMemberPermissions?: bigint;
}

export interface Given {
  readonly options: readonly APIApplicationCommandInteractionDataBasicOption[];
  readonly resolved: Resolved;
  /** The message or user that a context menu was opened on. */
  readonly targetId: string | null;
}

export type Read = { readonly input: unknown } | { readonly name: string; readonly refusal: OptionRefusal };

/** One runnable leaf with its types folded away: reading and behaving belong together. */
export interface CommandLeaf {
  /** What the member's client calls an option. */
  optionName(texts: Catalogue, option: string): string;
  read(installation: Installation, given: Given): Read;
  readonly behaviour: Behaviour<unknown>;
  readonly suggest: LeafSpec<SlashOptions>['suggest'];
}

export interface Command {
  readonly type: ApplicationCommandType;
  readonly name: string;
  toJson(installation: Installation): RESTPostAPIApplicationCommandsJSONBody;
  /** @param path names of subcommand group and subcommand, as given */
  leaf(path: readonly string[]): CommandLeaf | null;
}

function resolveOptions<Options extends SlashOptions>(
  options: Options | ((installation: Installation) => Options),
  installation: Installation,
): Options {
  return typeof options === 'function' ? options(installation) : options;
}

export function describe(words: (texts: Catalogue) => { name: string; description: string }) {
  const own = words(textsFor(undefined));
  return {
    name: own.name,
    description: own.description,
    name_localizations: localizations((texts) => words(texts).name),
    description_localizations: localizations((texts) => words(texts).description),
  };
}

function optionsJson(options: SlashOptions, words: (texts: Catalogue) => CommandWords<string>) {
  const entries = Object.entries(options).sort(([, a], [, b]) => Number(b.required) - Number(a.required));
  return entries.map(([name, option]) => {
    const wordsOf = (texts: Catalogue) => words(texts).options[name] ?? { name, description: name };
    const own = describe(wordsOf);
    return option.toJson(
      {
        name,
        description: own.description,
        nameLocalizations: own.name_localizations,
        descriptionLocalizations: own.description_localizations,
      },
      (choice) => ({ name: choice(textsFor(undefined)), localizations: localizations(choice) }),
    );
  });
}

function leafOf<Options extends SlashOptions>(spec: LeafSpec<Options>): CommandLeaf {
  return {
    optionName: (texts, option) => (spec.words(texts) as CommandWords<string>).options[option]?.name ?? option,
    read(installation, given) {
      const read = readOptions(resolveOptions(spec.options, installation), given.options, given.resolved);
      return 'values' in read ? { input: read.values } : read;
    },
    // `read` above is the only maker of this behaviour's input, so that the two types meet.
    behaviour: spec as Behaviour<unknown>,
    ...(spec.suggest
      ? {
          // An option that suggests nothing is typed into by nobody: whoever says so made it up.
          suggest: async (ground, typing, services) =>
            Object.hasOwn(resolveOptions(spec.options, ground.installation), typing.name) &&
            resolveOptions(spec.options, ground.installation)[typing.name]?.suggests
              ? ((await spec.suggest?.(ground, typing, services)) ?? [])
              : [],
        }
      : { suggest: undefined }),
  };
}

/** Shared by slash commands and context menus. */
export function frame(spec: CommandSpec) {
  const everywhere = (spec.places ?? 'everywhere') === 'everywhere';
  return {
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts: everywhere
      ? [InteractionContextType.Guild, InteractionContextType.BotDM]
      : [InteractionContextType.Guild],
    default_member_permissions: spec.defaultMemberPermissions?.toString() ?? null,
  };
}

export function defineCommand<Options extends SlashOptions>(spec: CommandSpec & LeafSpec<Options>): Command {
  const leaf = leafOf(spec);
  return {
    type: ApplicationCommandType.ChatInput,
    name: spec.words(textsFor(undefined)).name,
    toJson: (installation) => ({
      ...describe(spec.words),
      ...frame(spec),
      type: ApplicationCommandType.ChatInput,
      options: optionsJson(resolveOptions(spec.options, installation), spec.words),
    }),
    leaf: (path) => (path.length === 0 ? leaf : null),
  };
}

export interface Subcommand {
  readonly words: (texts: Catalogue) => CommandWords<string>;
  readonly options: (installation: Installation) => SlashOptions;
  readonly leaf: CommandLeaf;
}

export function defineSubcommand<Options extends SlashOptions>(spec: LeafSpec<Options>): Subcommand {
  return {
    words: spec.words,
    options: (installation) => resolveOptions(spec.options, installation),
    leaf: leafOf(spec),
  };
}

/** Subcommands under one more name (`/admin filter add`). */
export interface SubcommandGroup {
  readonly words: (texts: Catalogue) => { readonly name: string; readonly description: string };
  readonly subcommands: readonly Subcommand[];
}

/** A command that is only a house for subcommands (`/admin ban`). Groups of subcommands are named by path `group sub`. */
export function defineCommandGroup(
  spec: CommandSpec & {
    readonly words: (texts: Catalogue) => { readonly name: string; readonly description: string };
    readonly subcommands: readonly (Subcommand | SubcommandGroup)[];
  },
): Command {
  const nameOf = (words: (texts: Catalogue) => { name: string }) => words(textsFor(undefined)).name;
  const subcommandJson = (subcommand: Subcommand, installation: Installation) => ({
    ...describe(subcommand.words),
    type: ApplicationCommandOptionType.Subcommand as const,
    options: optionsJson(subcommand.options(installation), subcommand.words),
  });
  return {
    type: ApplicationCommandType.ChatInput,
    name: nameOf(spec.words),
    toJson: (installation) => ({
      ...describe(spec.words),
      ...frame(spec),
      type: ApplicationCommandType.ChatInput,
      options: spec.subcommands.map((entry) =>
        'leaf' in entry
          ? subcommandJson(entry, installation)
          : {
              ...describe(entry.words),
              type: ApplicationCommandOptionType.SubcommandGroup as const,
              options: entry.subcommands.map((subcommand) => subcommandJson(subcommand, installation)),
            },
      ),
    }),
    leaf(path) {
      const entry = spec.subcommands.find((one) => nameOf(one.words) === path[0]);
      if (!entry) return null;
      if ('leaf' in entry) return path.length === 1 ? entry.leaf : null;
      return entry.subcommands.find((one) => nameOf(one.words) === path[1])?.leaf ?? null;
    },
  };
}
