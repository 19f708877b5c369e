// Whether a finished job may be shown again here; its pictures are looked at later (judge-looks.ts).

import type { Scene } from './behaviour.ts';
import { judgePosting } from './paint-checks.ts';
import { parentOf } from './parent-job.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Where it could be seen before; its own author may show it anywhere, unless the place is too open for it. */
export function judgeShow(scene: Scene): Refusal | null {
  const { facts, texts } = scene;
  const record = parentOf(scene);
  if (!record) return refuse(texts.show.unknown);
  const { reply, requester } = record.job;
  if (requester.userId !== facts.user.id) {
    if (reply.ephemeral) return refuse(texts.refusals.privateParent);
    // Whether a job of another server exists is nobody's business here.
    if (reply.guildId === null || reply.guildId !== facts.guildId) return refuse(texts.show.unknown);
  }
  if (reply.ageRestricted && !facts.ageRestricted) return refuse(texts.show.ageRestricted);
  return record.state === 'done' ? judgePosting(scene, record.job) : refuse(texts.show.notDone);
}
