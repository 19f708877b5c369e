// An installation with the limits of the defaults, for tests.

import { createOffers } from '../../src/discord/offers.ts';
import type { Installation } from '../../src/discord/services.ts';
import { defaultStyles } from '../../src/prompt/default-styles.ts';

const model = { name: 'test model', hash: 'ab'.repeat(32), nativeSize: 256 };

export const testInstallation: Installation = {
  model,
  offers: createOffers({ announcements: { list: async () => [] }, fallback: model }),
  limits: { maxSteps: 100, maxEdge: 1024, maxCount: 4, maxJobs: 10 },
  defaults: { steps: 20, guidanceScale: 7.5, sampler: 'ddim' },
  styles: defaultStyles,
  preview: 'off',
  safetyAdjustment: 0,
  ceilings: {
    maxSteps: 100,
    maxEdge: 1024,
    maxCount: 4,
    quotaPerMember: 0,
    quotaPerGuild: 0,
    safety: 'age-restricted',
  },
  operatorRoleIds: [],
  cdnHosts: ['127.0.0.1'],
  terms: 'off',
  energy: { watts: 65, gramsPerKilowattHour: 400 },
};
