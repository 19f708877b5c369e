// An entry of the right-click menu on a message: no options, the message is the input.

import { type APIMessage, ApplicationCommandType } from 'discord-api-types/v10';
import { type Catalogue, localizations, textsFor } from '../texts/index.ts';
import type { Behaviour } from './behaviour.ts';
import { type Command, type CommandSpec, frame } from './define-command.ts';
import { OptionRefusal } from './options.ts';

export interface MessageTarget {
  readonly message: APIMessage;
}

export function defineMessageCommand(
  spec: CommandSpec & Behaviour<MessageTarget> & { readonly name: (texts: Catalogue) => string },
): Command {
  const name = spec.name(textsFor(undefined));
  return {
    type: ApplicationCommandType.Message,
    name,
    toJson: () => ({
      ...frame(spec),
      type: ApplicationCommandType.Message,
      name,
      name_localizations: localizations(spec.name),
    }),
    leaf: (path) =>
      path.length > 0
        ? null
        : {
            optionName: (_texts, option) => option,
            read(_installation, given) {
              const message = given.resolved.messages?.[given.targetId ?? ''];
              return message ? { input: { message } } : { name: 'message', refusal: new OptionRefusal('missing') };
            },
            // `read` above is the only maker of this behaviour's input, so that the two types meet.
            behaviour: spec as Behaviour<unknown>,
            suggest: undefined,
          },
  };
}
