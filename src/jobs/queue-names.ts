// Every queue and channel name in one place. BullMQ forbids ':' in queue names; braces in the prefix keep a queue's keys on one cluster slot.

export const queuePrefix = '{easel}';
export const deliverQueueName = 'deliver';
export const inspectQueueName = 'inspect';

/** One queue per model, so that jobs reach only workers that hold it. The hash is shortened to 16 hexadecimal digits. */
export function generateQueueName(modelHash: string): string {
  return `generate-${modelHash.slice(0, 16)}`;
}
