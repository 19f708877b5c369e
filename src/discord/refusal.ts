// A refusal is a value: the one sentence that becomes the ephemeral first response.

import type { NewAuditEntry } from '../store/audit.ts';
import type { AdmissionRefusal } from '../store/gate.ts';
import type { Catalogue } from '../texts/index.ts';
import { sayTime } from './durations.ts';
import type { Row } from './message-body.ts';
import type { OptionRefusal } from './options.ts';

export interface Refusal {
  readonly refuse: string;
  /** For metrics: one of few words, never a member's. */
  readonly reason?: string;
  /** A way on from here. */
  readonly components?: Row[];
  /** What the server's audit trail remembers of it; who and when are put in. */
  readonly record?: Pick<NewAuditEntry, 'action' | 'details'>;
}

export function refuse(sentence: string, reason?: string): Refusal {
  return { refuse: sentence, ...(reason === undefined ? {} : { reason }) };
}

export function sayOptionRefusal(texts: Catalogue, name: string, refusal: OptionRefusal): Refusal {
  return refuse(texts.refusals.options[refusal.reason](name, refusal.limit), 'option');
}

/** @param showReasons whether the server wants a ban's reason said */
export function sayAdmissionRefusal(texts: Catalogue, refusal: AdmissionRefusal, showReasons: boolean): Refusal {
  const { refusals } = texts;
  switch (refusal.type) {
    case 'banned':
      return refuse(
        refusals.banned(showReasons ? refusal.reason : null, refusal.until === null ? null : sayTime(refusal.until)),
        'banned',
      );
    case 'quota': {
      const when = sayTime(refusal.resetsAt, 'R');
      const sentence = refusal.scope === 'member' ? refusals.quotaMember : refusals.quotaGuild;
      return refuse(sentence(refusal.limit, when), `quota-${refusal.scope}`);
    }
    case 'full':
      return refuse(
        refusal.scope === 'member' ? refusals.fullMember(refusal.limit) : refusals.fullQueue,
        `full-${refusal.scope}`,
      );
    case 'paused':
      return refuse(refusals.paused, 'paused');
    case 'terms':
      return refuse(texts.moderation.terms.card, 'terms');
  }
}
