// Who may cancel what: one's own job while it waits or runs; moderators anybody's.

import { mayModerate } from '../moderation/permissions.ts';
import type { Scene } from './behaviour.ts';
import { presserOf } from './facts.ts';
import { parentOf } from './parent-job.ts';
import { type Refusal, refuse } from './refusal.ts';

export function judgeCancel(scene: Scene): Refusal | null {
  const { facts, texts } = scene;
  const record = parentOf(scene);
  if (!record) return refuse(texts.refusals.gone);
  const { requester, reply } = record.job;
  // Whoever moderates one server does not moderate another one's jobs.
  const moderates = reply.guildId === facts.guildId && mayModerate(presserOf(facts), scene.guild);
  if (requester.userId !== facts.user.id && !moderates) return refuse(texts.refusals.notYours);
  return record.state === 'queued' || record.state === 'running' ? null : refuse(texts.refusals.notRunning);
}
