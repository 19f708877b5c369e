// What is said around reviews, reports, traces and takedowns, in English.

const picture = { name: 'picture', description: 'The picture as a file: the original, not a screenshot' };
const link = { name: 'link', description: 'Or the link of a message of mine, or a job id' };

export const traceCommand = {
  name: 'trace',
  description: 'Which request made a picture: by whom, when, with which model',
  options: { picture, link },
};

export const origin = {
  title: 'Where this picture comes from',
  which: 'Picture',
  sheet: (job: string) => `the whole sheet of job ${job}`,
  tile: (tile: number, job: string) => `#${tile} of job ${job}`,
  by: 'Requested by',
  when: 'Painted',
  where: 'Where',
  model: 'Model',
  settings: 'Settings',
  prompt: 'Prompt',
  read: 'What was read',
  message: (channel: string, url: string | null) => (url === null ? channel : `${channel}, ${url}`),
  private: 'privately',
  elsewhere: 'in another place',
  elsewhereLine:
    'This bot painted it, but not in this server. Who asked for it is for the operator to look up (`easel trace`).',
  mark: (traceId: number) => `invisible mark with trace id ${traceId}`,
  noMark: 'no trace id',
  reference: (percent: number) => `Stable Diffusion’s own mark (${percent} % of its bits)`,
  words: 'settings written into the file',
  record: 'the message’s own record',
  notFound: 'No mark found. That is no proof that the picture was not made here: marks can be lost.',
  onlyReference:
    'The mark that Stable Diffusion’s tools leave was found, but no trace id of mine: a machine made it, where is unknown.',
  unknownTrace: (traceId: number) =>
    `The mark carries the trace id ${traceId}, which I do not know: another installation made it, or the request was deleted since.`,
  giveOne: 'Give a picture as a file, or the link of its message, or its job id.',
  notAReference: 'That is neither a link to a message nor a job id.',
  unknownMessage: 'I know no picture of mine there: it is not from me, or its request was deleted since.',
  traced: (by: string, what: string) => `🔎 ${by} looked up ${what}.`,
  tracedNothing: 'a picture without a trace',
};
