"""A small Stable Diffusion v1 trained from scratch on drawn storybook scenes."""
