// Buttons, selects and forms: stateless. All they know is in their custom id, parsed by a zod tuple because it comes back from a user's
// client; everything else is looked up by job id, so that a button works after ten redeploys.

import {
  type APIAttachment,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import type { z } from 'zod';
import type { Catalogue } from '../texts/index.ts';
import type { Behaviour } from './behaviour.ts';
import { encodeCustomId } from './custom-id.ts';
import { shorten } from './message-body.ts';

type Args = readonly z.ZodType<string | number, string>[];
type Values<A extends Args> = { readonly [Index in keyof A]: z.output<A[Index]> };

const maxLabel = 80;

/** What a select or a form brought back besides its custom id. */
export interface Submitted {
  readonly values: readonly string[];
  readonly fields: ReadonlyMap<string, string | readonly string[]>;
  /** By field of a form. */
  readonly files: ReadonlyMap<string, readonly APIAttachment[]>;
}

export interface ComponentInput<A extends Args> extends Submitted {
  readonly args: Values<A>;
}

export interface ButtonLook {
  readonly label?: string;
  readonly emoji?: string;
  readonly style?: Exclude<ButtonStyle, ButtonStyle.Link | ButtonStyle.Premium>;
}

interface ComponentSpec<A extends Args> extends Behaviour<ComponentInput<A>> {
  /** Short: it shares 100 characters with the arguments. Never reused for another meaning. */
  readonly id: string;
  /** One schema per argument; what a schema puts out is written into the id as it is. */
  readonly args: A;
  /** How the button looks; selects and forms have none. */
  readonly render?: (texts: Catalogue, args: Values<A>) => ButtonLook;
}

/** A component with its types folded away, for the dispatcher. */
export interface AnyComponent {
  readonly id: string;
  read(args: readonly string[], submitted: Submitted): { readonly input: unknown } | null;
  readonly behaviour: Behaviour<unknown>;
}

export interface Component<A extends Args> extends AnyComponent {
  customId(args: Values<A>): string;
  button(
    texts: Catalogue,
    args: Values<A>,
    changes?: { label?: string; disabled?: boolean },
  ): APIButtonComponentWithCustomId;
}

export function defineComponent<const A extends Args>(spec: ComponentSpec<A>): Component<A> {
  const customId = (args: Values<A>) => encodeCustomId(spec.id, [...args]);
  return {
    id: spec.id,
    customId,
    button(texts, args, changes = {}) {
      const look = spec.render?.(texts, args) ?? {};
      const label = changes.label ?? look.label;
      return {
        type: ComponentType.Button,
        custom_id: customId(args),
        style: look.style ?? ButtonStyle.Secondary,
        ...(label === undefined ? {} : { label: shorten(label, maxLabel) }),
        ...(look.emoji === undefined ? {} : { emoji: { name: look.emoji } }),
        ...(changes.disabled ? { disabled: true } : {}),
      };
    },
    read(given, submitted) {
      if (given.length !== spec.args.length) return null;
      const values: (string | number)[] = [];
      for (const [index, schema] of spec.args.entries()) {
        const parsed = schema.safeParse(given[index]);
        if (!parsed.success) return null;
        values.push(parsed.data);
      }
      return { input: { args: values, ...submitted } };
    },
    // `read` above is the only maker of this behaviour's input, so that the two types meet.
    behaviour: spec as Behaviour<unknown>,
  };
}
