// The event that a bot received, again, as it would stand in Redis as an intent.

import { interactionPayload } from '../../src/playground/state/interaction-payload.ts';
import type { Interaction } from '../../src/playground/state/types.ts';
import type { Harness } from './harness.ts';

export function rawInteraction(interaction: Interaction, easel: Harness): object {
  return interactionPayload(easel.twin.world, interaction);
}
