// What Discord's own client would not let a member do: a disabled button, a missing option, a hidden channel.

import { EaselError } from '../../errors.ts';

export class ClientRefusal extends EaselError {
  /** The option or input at fault. */
  readonly field: string | undefined;

  constructor(message: string, field?: string) {
    super('bad-request', message, { userMessage: message });
    this.field = field;
  }
}
