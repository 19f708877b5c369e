// The numbers of Stable Diffusion v1 that no tensor shape shows (Rombach et al. 2022; CompVis/stable-diffusion v1-inference.yaml).
// Widths, depths and vocabulary are always read from the weights instead.

/** Ids per prompt chunk, start and end included: CLIP ViT-L/14's context length. */
export const TOKENS_PER_CHUNK = 77;
/** Pixels per latent cell along each side. */
export const LATENT_FACTOR = 8;
/** Channels of a latent. */
export const LATENT_CHANNELS = 4;
/** Latents are multiplied by this after encoding and divided by it before decoding. */
export const LATENT_SCALE = 0.18215;
/** Attention heads of every U-Net level. */
export const UNET_HEADS = 8;
/** Attention heads of CLIP ViT-L/14's text tower. */
export const TEXT_HEADS = 12;
/** Attention heads of CLIP ViT-L/14's vision tower, which the safety checker uses. */
export const VISION_HEADS = 16;
/** Groups of every group normalisation, U-Net and VAE. */
export const NORM_GROUPS = 32;
/** Steps of the forward process, and its scaled-linear variance schedule. */
export const TRAIN_TIMESTEPS = 1000;
export const BETA_START = 0.00085;
export const BETA_END = 0.012;
/** Entries of CLIP's own vocabulary, end-of-text last. */
export const CLIP_VOCABULARY = 49408;
/** Side in pixels of the checker's input. */
export const CHECKER_IMAGE_SIZE = 224;
