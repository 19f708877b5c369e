// What members may ask about pictures and about themselves, in English: /verify and "Check origin", /privacy.

export const verifyCommand = {
  name: 'verify',
  description: 'Was this picture made here? Reads its invisible mark and what its file says',
  options: { image: { name: 'image', description: 'The picture to look at' } },
};

export const verify = {
  menu: 'Check origin',
  title: 'Where this picture comes from',
  made: (when: string, model: string) =>
    `**Made here**, by a machine, on ${when} with the model **${model}**. Who asked for it, and in which words, stays private.`,
  erased: (when: string, model: string) =>
    `**Made here**, by a machine, on ${when} with the model **${model}**. Its author had the request deleted: nothing else is known.`,
  unlike:
    'It looks different from what was made then: it was cropped or edited, or somebody copied the mark into another picture.',
  unknown:
    '**Made by an Easel**, as its mark says, but no request here goes with it: another installation made it, or the request is no longer kept.',
  reference:
    '**Made by Stable Diffusion**, as the mark of the original software says. Many programs write that mark, this bot among them.',
  none: '**No mark found.** That is not proof: a mark does not survive everything, and most generators leave none.',
  signatureTitle: 'Signed provenance (C2PA)',
  signature: {
    valid: (signer: string) =>
      `Valid: nobody changed the file since ${signer} signed it, and the operator of this bot trusts the authority behind that name.`,
    'self-signed': (signer: string) =>
      `Self-signed: nobody changed the file since it was signed. The name in it (${signer}) is backed by no authority known here: anybody can sign under any name.`,
    broken: 'Broken: the file was changed after it was signed, or the signature cannot be read. It proves nothing.',
  },
  aiGenerated: (generator: string) => `It says: made by an AI, with ${generator}.`,
  fileTitle: 'What the file says of itself',
  fileNote: 'Anybody can write such a text.',
  nobody: 'nobody',
};

export const privacyCommand = {
  name: 'privacy',
  description: 'What is stored about you: have it as a file, or have it deleted',
  subcommands: {
    export: { name: 'export', description: 'A file with everything stored about you; only you see it', options: {} },
    delete: { name: 'delete', description: 'Delete what is stored about you; asks before it does', options: {} },
  },
};

export const privacy = {
  exported: (requests: number) =>
    `Everything I store about you, in one file: ${requests === 1 ? '1 request' : `${requests} requests`}, your settings and favourites, and what moderation wrote down.`,
  tooLarge: 'There is more about you than Discord lets me send. Please ask whoever runs this bot for the file.',
  deleteTitle: 'Delete your data?',
  goes: (requests: number) =>
    `**This goes, for good:** your ${requests === 1 ? 'request' : `${requests} requests`} with prompts and stored pictures, also those still waiting; your settings, favourites and history; that you accepted the terms. Buttons under your pictures stop working.`,
  stays:
    '**This stays, for moderation:** bans; entries in the audit trail of servers, until their time is over; how many pictures you made today; fingerprints of pictures that moderators removed. Of your pictures’ marks it stays known that they were made here, on which day and with which model, and no longer by whom.',
  messages: 'Messages in channels belong to Discord: remove those with 🗑️ **before** you delete here.',
  confirm: 'Delete everything',
  keep: 'Keep it',
  kept: 'Nothing was deleted.',
  deleting: 'Deleting …',
  deleted: (requests: number) =>
    `Done. ${requests === 1 ? '1 request was' : `${requests} requests were`} deleted with everything that belonged to it.`,
};
