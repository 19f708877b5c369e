// Spanish. What is missing here is said in English (see docs/contributor.md).

import type { Translation } from './index.ts';

export const es = {} satisfies Translation;
