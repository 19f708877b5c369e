// Slash-command options, declared once: each knows its Discord JSON and how its value is read back, typed.
// Values come from the user's client, so that limits are checked again here whatever Discord promised.

import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandInteractionDataBasicOption,
  type APIAttachment,
  type APIInteractionDataResolved,
  type APIMessage,
  type LocalizationMap,
  ApplicationCommandOptionType as Type,
} from 'discord-api-types/v10';
import type { Catalogue } from '../texts/index.ts';

export interface OptionWords {
  readonly name: string;
  readonly description: string;
  readonly nameLocalizations: LocalizationMap;
  readonly descriptionLocalizations: LocalizationMap;
}

export interface Choice<Value extends string | number> {
  readonly name: (texts: Catalogue) => string;
  readonly value: Value;
}

/** Union of what slash commands, message menus and user menus resolve. */
export type Resolved = Partial<Omit<APIInteractionDataResolved, 'members'>> & {
  readonly messages?: Record<string, APIMessage>;
  readonly members?: Record<
    string,
    { readonly permissions?: string; readonly roles: readonly string[]; readonly nick?: string | null }
  >;
};

/** A value that failed its own declaration; names the limit, so that the refusal can say it. */
export class OptionRefusal {
  readonly reason: 'missing' | 'wrong-type' | 'too-long' | 'out-of-range' | 'unknown-choice';
  readonly limit: string;
  constructor(reason: OptionRefusal['reason'], limit = '') {
    this.reason = reason;
    this.limit = limit;
  }
}

export interface SlashOption<Value, Required extends boolean> {
  readonly required: Required;
  readonly suggests: boolean;
  toJson(
    words: OptionWords,
    localizeChoice: (name: (texts: Catalogue) => string) => { name: string; localizations: LocalizationMap },
  ): APIApplicationCommandBasicOption;
  read(raw: APIApplicationCommandInteractionDataBasicOption['value'], resolved: Resolved): Value | OptionRefusal;
}

export type SlashOptions = Readonly<Record<string, SlashOption<unknown, boolean>>>;

export type OptionValues<Options extends SlashOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends SlashOption<infer Value, infer Required>
    ? Required extends true
      ? Value
      : Value | undefined
    : never;
};

interface Basics<Required extends boolean> {
  readonly required?: Required;
}

function base(words: OptionWords, required: boolean) {
  return {
    name: words.name,
    description: words.description,
    name_localizations: words.nameLocalizations,
    description_localizations: words.descriptionLocalizations,
    required,
  };
}

export function stringOption<Required extends boolean = false>(
  spec: Basics<Required> & { readonly minLength?: number; readonly maxLength: number; readonly suggests?: boolean },
): SlashOption<string, Required> {
  const min = spec.minLength ?? 0;
  return {
    required: (spec.required ?? false) as Required,
    suggests: spec.suggests ?? false,
    toJson: (words) => ({
      ...base(words, spec.required ?? false),
      type: Type.String,
      min_length: min,
      max_length: spec.maxLength,
      ...(spec.suggests ? { autocomplete: true } : {}),
    }),
    read: (raw) => {
      if (typeof raw !== 'string') return new OptionRefusal('wrong-type');
      if (raw.length < min || raw.length > spec.maxLength) return new OptionRefusal('too-long', String(spec.maxLength));
      return raw;
    },
  };
}

export function choiceOption<const Value extends string, Required extends boolean = false>(
  spec: Basics<Required> & { readonly choices: readonly Choice<Value>[] },
): SlashOption<Value, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words, localizeChoice) => ({
      ...base(words, spec.required ?? false),
      type: Type.String,
      choices: spec.choices.map((choice) => {
        const { name, localizations } = localizeChoice(choice.name);
        return { name, name_localizations: localizations, value: choice.value };
      }),
    }),
    read: (raw) => spec.choices.find((choice) => choice.value === raw)?.value ?? new OptionRefusal('unknown-choice'),
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function readNumber(raw: unknown, { min, max }: Range): number | OptionRefusal {
  if (typeof raw !== 'number' || !Number.isFinite(raw)) return new OptionRefusal('wrong-type');
  return raw < min || raw > max ? new OptionRefusal('out-of-range', `${min}–${max}`) : raw;
}

export function integerOption<Required extends boolean = false>(
  spec: Basics<Required> & Range,
): SlashOption<number, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words) => ({
      ...base(words, spec.required ?? false),
      type: Type.Integer,
      min_value: spec.min,
      max_value: spec.max,
    }),
    read: (raw) => (Number.isInteger(raw) ? readNumber(raw, spec) : new OptionRefusal('wrong-type')),
  };
}

export function numberOption<Required extends boolean = false>(
  spec: Basics<Required> & Range,
): SlashOption<number, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words) => ({
      ...base(words, spec.required ?? false),
      type: Type.Number,
      min_value: spec.min,
      max_value: spec.max,
    }),
    read: (raw) => readNumber(raw, spec),
  };
}

export function booleanOption<Required extends boolean = false>(
  spec: Basics<Required> = {},
): SlashOption<boolean, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words) => ({ ...base(words, spec.required ?? false), type: Type.Boolean }),
    read: (raw) => (typeof raw === 'boolean' ? raw : new OptionRefusal('wrong-type')),
  };
}

export function userOption<Required extends boolean = false>(
  spec: Basics<Required> = {},
): SlashOption<string, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words) => ({ ...base(words, spec.required ?? false), type: Type.User }),
    read: (raw) => (typeof raw === 'string' && /^\d{1,20}$/.test(raw) ? raw : new OptionRefusal('wrong-type')),
  };
}

/** Somebody picked, with what Discord says of them in this server; no permissions and no roles where they are not in it. */
export interface PickedMember {
  readonly userId: string;
  readonly displayName: string;
  readonly isBot: boolean;
  readonly permissions: bigint;
  readonly roleIds: readonly string[];
}

export function memberOption<Required extends boolean = false>(
  spec: Basics<Required> = {},
): SlashOption<PickedMember, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words) => ({ ...base(words, spec.required ?? false), type: Type.User }),
    read: (raw, resolved) => {
      if (typeof raw !== 'string' || !/^\d{1,20}$/.test(raw)) return new OptionRefusal('wrong-type');
      const user = resolved.users?.[raw];
      const member = resolved.members?.[raw];
      return {
        userId: raw,
        displayName: (member?.nick ?? user?.global_name ?? user?.username ?? raw).slice(0, 100),
        isBot: user?.bot ?? false,
        permissions: BigInt(member?.permissions ?? 0),
        roleIds: member?.roles ?? [],
      };
    },
  };
}

export function attachmentOption<Required extends boolean = false>(
  spec: Basics<Required> = {},
): SlashOption<APIAttachment, Required> {
  return {
    required: (spec.required ?? false) as Required,
    suggests: false,
    toJson: (words) => ({ ...base(words, spec.required ?? false), type: Type.Attachment }),
    read: (raw, resolved) => resolved.attachments?.[String(raw)] ?? new OptionRefusal('wrong-type'),
  };
}

/** Reads every declared option; the first that breaks its declaration is returned with its name. */
export function readOptions<Options extends SlashOptions>(
  options: Options,
  given: readonly APIApplicationCommandInteractionDataBasicOption[],
  resolved: Resolved,
): { readonly values: OptionValues<Options> } | { readonly name: string; readonly refusal: OptionRefusal } {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const raw = given.find((one) => one.name === name);
    if (raw === undefined) {
      if (option.required) return { name, refusal: new OptionRefusal('missing') };
      continue;
    }
    const value = option.read(raw.value, resolved);
    if (value instanceof OptionRefusal) return { name, refusal: value };
    values[name] = value;
  }
  return { values: values as OptionValues<Options> };
}
