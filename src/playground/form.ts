// Reads a JSON body field by field, checks each against Discord's rules and gathers every mistake into Discord's error tree,
// so that one answer names them all. A null counts as absent; `has` and `isNull` tell the cases apart where it matters.

import { ApiError, type FieldErrors } from './api-error.ts';

export interface StringRules {
  min?: number;
  max?: number;
  pattern?: RegExp;
  oneOf?: readonly string[];
}
export interface NumberRules {
  min?: number;
  max?: number;
  oneOf?: readonly number[];
}
export interface ListRules {
  min?: number;
  max?: number;
}

const SNOWFLAKE = /^\d{1,20}$/;

export class Form {
  readonly #fields: Record<string, unknown>;
  readonly #path: readonly string[];
  readonly #issues: FieldErrors;

  constructor(value: unknown, path: readonly string[] = [], issues: FieldErrors = {}) {
    this.#path = path;
    this.#issues = issues;
    if (isRecord(value)) this.#fields = value;
    else {
      this.#fields = {};
      this.refuse('', 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
    }
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }
  isNull(name: string): boolean {
    return this.#fields[name] === null;
  }
  names(): string[] {
    return Object.keys(this.#fields);
  }
  raw(name: string): unknown {
    return this.#fields[name];
  }

  /** Notes a mistake at a field, or at this object itself for the name ''. */
  refuse(name: string, code: string, message: string): void {
    let node = this.#issues;
    for (const step of name === '' ? this.#path : [...this.#path, ...name.split('.')]) {
      const next = node[step];
      if (next !== undefined && !Array.isArray(next)) node = next;
      else {
        const made: FieldErrors = {};
        node[step] = made;
        node = made;
      }
    }
    const errors = node._errors;
    if (Array.isArray(errors)) errors.push({ code, message });
    else node._errors = [{ code, message }];
  }

  /** Throws 50035 when anything was refused here or in a form derived from this one. */
  finish(): void {
    if (Object.keys(this.#issues).length > 0) throw new ApiError(400, 50035, 'Invalid Form Body', this.#issues);
  }

  string(name: string, rules: StringRules = {}): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string')
      return this.#mistyped(name, 'STRING_TYPE_CONVERT', 'Could not interpret value as string.');
    const length = [...value].length;
    const { min = 0, max = Number.POSITIVE_INFINITY } = rules;
    if (length < min || length > max) this.#badLength(name, min, max);
    else if (rules.pattern && !rules.pattern.test(value))
      this.refuse(name, 'STRING_TYPE_REGEX', 'String value did not match validation regex.');
    else if (rules.oneOf && !rules.oneOf.includes(value)) this.#notAChoice(name, rules.oneOf);
    return value;
  }
  requireString(name: string, rules: StringRules = {}): string {
    return this.string(name, rules) ?? this.#missing(name, '');
  }

  number(name: string, rules: NumberRules = {}): number | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number')
      return this.#mistyped(name, 'NUMBER_TYPE_COERCE', `Value "${short(value)}" is not a number.`);
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rules;
    if (value < min) this.refuse(name, 'NUMBER_TYPE_MIN', `Value should be greater than or equal to ${min}.`);
    else if (value > max) this.refuse(name, 'NUMBER_TYPE_MAX', `Value should be less than or equal to ${max}.`);
    else if (rules.oneOf && !rules.oneOf.includes(value)) this.#notAChoice(name, rules.oneOf);
    return value;
  }
  integer(name: string, rules: NumberRules = {}): number | undefined {
    const value = this.number(name, rules);
    if (value !== undefined && !Number.isInteger(value))
      this.refuse(name, 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`);
    return value;
  }
  requireInteger(name: string, rules: NumberRules = {}): number {
    return this.integer(name, rules) ?? this.#missing(name, 0);
  }

  boolean(name: string): boolean | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
    return this.#mistyped(name, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.');
  }

  /** Ids come as strings; JSON integers are accepted too, as Discord does, when they are exact. */
  snowflake(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text === 'string' && SNOWFLAKE.test(text)) return text;
    return this.#mistyped(name, 'NUMBER_TYPE_COERCE', `Value "${short(value)}" is not snowflake.`);
  }
  requireSnowflake(name: string): string {
    return this.snowflake(name) ?? this.#missing(name, '');
  }

  child<T>(name: string, read: (form: Form) => T): T | undefined {
    const value = this.#fields[name];
    return value === undefined || value === null ? undefined : read(this.#at(value, name));
  }

  list<T>(name: string, rules: ListRules, read: (form: Form) => T): T[] | undefined {
    return this.#items(name, rules)?.map((item, index) => read(this.#at(item, name, String(index))));
  }

  /** A list of plain strings; `rules.item` bounds each. */
  strings(name: string, rules: ListRules & { item?: StringRules } = {}): string[] | undefined {
    return this.#items(name, rules)?.map((item, index) => {
      const cell = new Form({ [index]: item }, [...this.#path, name], this.#issues);
      return cell.requireString(String(index), rules.item);
    });
  }
  integers(name: string, rules: ListRules & { item?: NumberRules } = {}): number[] | undefined {
    return this.#items(name, rules)?.map((item, index) => {
      const cell = new Form({ [index]: item }, [...this.#path, name], this.#issues);
      return cell.requireInteger(String(index), rules.item);
    });
  }
  snowflakes(name: string, rules: ListRules = {}): string[] | undefined {
    return this.#items(name, rules)?.map((item, index) => {
      const cell = new Form({ [index]: item }, [...this.#path, name], this.#issues);
      return cell.requireSnowflake(String(index));
    });
  }

  #items(name: string, rules: ListRules): unknown[] | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value))
      return this.#mistyped(name, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
    const { min = 0, max = Number.POSITIVE_INFINITY } = rules;
    if (value.length < min || value.length > max) this.#badLength(name, min, max);
    return value;
  }
  #at(value: unknown, ...steps: string[]): Form {
    return new Form(value, [...this.#path, ...steps], this.#issues);
  }
  #mistyped(name: string, code: string, message: string): undefined {
    this.refuse(name, code, message);
    return undefined;
  }
  #missing<T>(name: string, standIn: T): T {
    if (!this.has(name) || this.isNull(name)) this.refuse(name, 'BASE_TYPE_REQUIRED', 'This field is required');
    return standIn;
  }
  #badLength(name: string, min: number, max: number): void {
    if (min === 0) this.refuse(name, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    else this.refuse(name, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
  }
  #notAChoice(name: string, choices: readonly (string | number)[]): void {
    this.refuse(name, 'BASE_TYPE_CHOICES', `Value must be one of {${choices.join(', ')}}.`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
  return String(value).slice(0, 60);
}
