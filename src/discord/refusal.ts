// A refusal is a value: the one sentence that becomes the ephemeral first response.

import type { AdmissionRefusal } from '../store/gate.ts';
import type { Catalogue } from '../texts/index.ts';
import { sayTime } from './durations.ts';
import type { OptionRefusal } from './options.ts';

export interface Refusal {
  readonly refuse: string;
}

export function refuse(sentence: string): Refusal {
  return { refuse: sentence };
}

export function sayOptionRefusal(texts: Catalogue, name: string, refusal: OptionRefusal): Refusal {
  return refuse(texts.refusals.options[refusal.reason](name, refusal.limit));
}

export function sayAdmissionRefusal(texts: Catalogue, refusal: AdmissionRefusal): Refusal {
  const { refusals } = texts;
  switch (refusal.type) {
    case 'banned':
      return refuse(refusals.banned(refusal.reason, refusal.until === null ? null : sayTime(refusal.until)));
    case 'quota': {
      const when = sayTime(refusal.resetsAt, 'R');
      const sentence = refusal.scope === 'member' ? refusals.quotaMember : refusals.quotaGuild;
      return refuse(sentence(refusal.limit, when));
    }
    case 'full':
      return refuse(refusal.scope === 'member' ? refusals.fullMember(refusal.limit) : refusals.fullQueue);
    case 'paused':
      return refuse(refusals.paused);
  }
}
