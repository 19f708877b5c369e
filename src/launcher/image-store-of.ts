// Which image store the configuration asks for.

import type { Config } from '../config/schema.ts';
import type { ImageStoreChoice } from '../store/open-image-store.ts';

export function imageStoreOf(config: Config): ImageStoreChoice {
  return { url: config.EASEL_IMAGE_STORE_URL, maxBytes: config.EASEL_IMAGE_STORE_MEGABYTES * 2 ** 20 };
}
