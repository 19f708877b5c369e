// An error of the REST API as Discord sends it: HTTP status, numeric code, message and, for bad forms, a tree of field errors.
// https://docs.discord.com/developers/reference#error-messages

import { EaselError } from '../errors.ts';

/** One node of Discord's error tree: `_errors` at a field, or further fields below it. */
export type FieldErrors = { [field: string]: FieldErrors | { code: string; message: string }[] };

export class ApiError extends EaselError {
  readonly status: number;
  /** Discord's JSON error code, for example 10062. */
  readonly apiCode: number;
  readonly errors: FieldErrors | undefined;

  constructor(status: number, apiCode: number, message: string, errors?: FieldErrors) {
    super('bad-request', message);
    this.status = status;
    this.apiCode = apiCode;
    this.errors = errors;
  }

  body(): object {
    return { message: this.message, code: this.apiCode, ...(this.errors && { errors: this.errors }) };
  }
}

/** Those the twin answers with. https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
export const apiErrors = {
  notFound: () => new ApiError(404, 0, '404: Not Found'),
  methodNotAllowed: () => new ApiError(405, 0, '405: Method Not Allowed'),
  unauthorized: () => new ApiError(401, 0, '401: Unauthorized'),
  badJson: () => new ApiError(400, 50109, 'The request body contains invalid JSON.'),
  unknownApplication: () => new ApiError(404, 10002, 'Unknown Application'),
  unknownChannel: () => new ApiError(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new ApiError(404, 10004, 'Unknown Guild'),
  unknownMember: () => new ApiError(404, 10007, 'Unknown Member'),
  unknownMessage: () => new ApiError(404, 10008, 'Unknown Message'),
  unknownUser: () => new ApiError(404, 10013, 'Unknown User'),
  unknownEmoji: () => new ApiError(400, 10014, 'Unknown Emoji'),
  unknownWebhook: () => new ApiError(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new ApiError(404, 10062, 'Unknown interaction'),
  unknownCommand: () => new ApiError(404, 10063, 'Unknown application command'),
  commandQuota: () =>
    new ApiError(400, 30034, 'Max number of daily application command creates has been reached (200)'),
  tooManyCommands: (limit: number) =>
    new ApiError(400, 30032, `Maximum number of application commands reached (${limit})`),
  tooLarge: () => new ApiError(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: () => new ApiError(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new ApiError(403, 50001, 'Missing Access'),
  notYourMessage: () => new ApiError(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new ApiError(400, 50006, 'Cannot send an empty message'),
  cannotSendToUser: () => new ApiError(403, 50007, 'Cannot send messages to this user'),
  missingPermissions: () => new ApiError(403, 50013, 'Missing Permissions'),
  bulkDeleteCount: () => new ApiError(400, 50016, 'Provided too few or too many messages to delete'),
  invalidWebhookToken: () => new ApiError(401, 50027, 'Invalid Webhook Token'),
  bulkDeleteTooOld: () => new ApiError(400, 50034, 'You can only bulk delete messages that are under 14 days old.'),
  systemMessage: () => new ApiError(403, 50021, 'Cannot execute action on a system message'),
  archivedThread: () => new ApiError(400, 50083, 'Thread is archived'),
};
