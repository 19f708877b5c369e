// What is said around reviews, reports, traces and takedowns, in English.

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
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

export const takedownCommand = {
  name: 'takedown',
  description: 'Delete a picture wherever I posted it, and withhold whatever looks like it from now on',
  options: {
    picture,
    link,
    reason: { name: 'reason', description: 'Why; for the audit trail' },
    everywhere: { name: 'everywhere', description: 'In every server; for roles that the operator trusts' },
  },
};

export const takedownsCommand = {
  name: 'takedowns',
  description: 'What is withheld here because it looks like a picture taken down; lift it',
  options: {},
};

export const review = {
  onlyAuthor:
    'Only the member who asked for this picture may ask about it. To report a picture, open its menu: Apps, Report.',
  noModerators: 'There are no moderators here: this works in servers alone.',
  nothingWithheld: 'Nothing is withheld here.',
  noModLog:
    'This server has no channel where I could ask: its managers have not chosen a mod-log. Please ask them yourself.',
  modLogAway: 'I cannot write in this server’s mod-log, so nobody was asked. Please tell a moderator.',
  alreadyAsked: 'The moderators were asked already and have not decided yet.',
  alreadyDecided: (decision: string) => `This was decided already: ${decision}`,
  tooMany: (limit: number) => `At most ${limit} of these an hour. Please try again later.`,
  asked: 'The moderators have been asked. You will hear from me when they have decided.',
  reported: 'Thank you. The moderators have been told and will decide; nobody else learns that you reported it.',
  notMine: 'This message shows no picture of mine.',
  reportFormTitle: 'Report this picture',
  reportFormLabel: 'What is wrong with it?',
  appealTitle: 'A withheld picture: please decide',
  reportTitle: 'A reported picture: please decide',
  appealLine: (who: string) => `${who} asks a moderator to look at what the safety check withheld.`,
  reportLine: (who: string) => `${who} reports this picture.`,
  reasonField: 'Reason',
  withheldField: 'Withheld',
  keptUntil: (when: string) => `Kept encrypted until ${when}, then gone.`,
  neverReleased: 'It was not kept and cannot be released.',
  blurredNote: 'Blurred, behind a spoiler. Only what you release is posted.',
  textAlone: 'Pictures are shown here only where the mod-log is age-restricted.',
  decisionField: 'Decision',
  closed: 'Closed: its time is over, or what it was about was deleted. The audit trail has what was decided.',
  decided: {
    release: (by: string, when: string) => `✅ released by ${by}, ${when}`,
    uphold: (by: string, when: string) => `left as it is by ${by}, ${when}`,
    ban: (by: string, when: string) => `🔨 its member was banned from the bot by ${by}, ${when}`,
    takedown: (by: string, when: string) => `🗑️ taken down by ${by}, ${when}`,
  },
  buttons: { release: 'Release', uphold: 'Uphold', takedown: 'Take down', dismiss: 'Leave it', ban: 'Ban …' },
  banTitle: 'Ban from the bot',
  banDuration: 'For how long (2 h, 7 d); empty: for good',
  banReason: 'Reason',
  releasedNote: 'Released by the moderators.',
  pixelsGone: 'It cannot be released any more: withheld pictures are kept for seven days, and some are never released.',
  told: {
    uphold: 'The moderators looked at your request: the picture stays withheld.',
    dismiss: 'The moderators looked at your report: the picture stays.',
    takedown: 'The moderators looked at your report and took the picture down.',
    ban: (until: string | null) =>
      `The moderators looked at your request: the picture stays withheld, and you may not use me ${until === null ? 'any more' : `until ${until}`} in that server.`,
    banOther: 'The moderators looked at your report and acted on it.',
  },
  operatorsOnly: 'Only roles that the operator trusts may decide for every server.',
  takenDown: (pictures: number, deleted: number, left: number) =>
    `Taken down: ${plural(pictures, 'picture', 'pictures')}, ${plural(deleted, 'message', 'messages')} deleted.` +
    (left === 0 ? '' : ` ${plural(left, 'message is', 'messages are')} out of my reach, seen by one member alone.`) +
    ' Whatever looks like it is withheld here from now on.',
  onlyRemembered:
    'I know of no message of mine in this server with that picture. Whatever looks like it is withheld here from now on.',
  takedownLine: (by: string, job: string, who: string, deleted: number, left: number) =>
    `🗑️ ${by} took down job ${job} of ${who}: ${plural(deleted, 'message', 'messages')} deleted${left === 0 ? '' : `, ${left} out of reach`}.`,
  rememberedLine: (by: string) => `🗑️ ${by} had a picture remembered: whatever looks like it is withheld.`,
  fromElsewhere: 'a picture from elsewhere',
  inEveryServer: 'in every server',
  noTakedowns: 'No picture is taken down here.',
  takedownsTitle: 'Pictures taken down',
  takedownsFooter: 'Whatever looks like these is withheld. Messages that were deleted do not come back.',
  liftTakedownChoice: 'Let its like be painted again …',
  takedownEntry: (what: string, when: string, by: string, reason: string | null) =>
    `${what}, ${when}, by ${by}${reason === null ? '' : `: ${reason}`}`,
  liftedLine: (by: string, what: string) => `🕊️ ${by} lifted the takedown of ${what}: its like may be painted again.`,
};
