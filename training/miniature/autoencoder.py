"""The KL-f8 autoencoder of SD v1 (Rombach et al. 2022), module names as in CompVis' `first_stage_model`."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .attention import attend
from .fast_norm import norm_silu

Z_CHANNELS = 4
SCALE_FACTOR = 0.18215
CONFIG = {"ch": 32, "ch_mult": (1, 2, 2, 4), "num_res_blocks": 1}


def full_precision(x):
    """No autocast: bf16 costs latents precision, and compiled convolutions of 4 channels had no gradient in torch 2.13 on CPU."""
    return torch.autocast(x.device.type, enabled=False)


def norm(channels):
    return nn.GroupNorm(32, channels, eps=1e-6)


class ResnetBlock(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.norm1, self.conv1 = norm(cin), nn.Conv2d(cin, cout, 3, padding=1)
        self.norm2, self.conv2 = norm(cout), nn.Conv2d(cout, cout, 3, padding=1)
        if cin != cout:
            self.nin_shortcut = nn.Conv2d(cin, cout, 1)

    def forward(self, x):
        h = self.conv1(norm_silu(self.norm1, x))
        h = self.conv2(norm_silu(self.norm2, h))
        return h + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class AttnBlock(nn.Module):
    """One head over all positions."""

    def __init__(self, channels):
        super().__init__()
        self.norm = norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        h = norm_silu(self.norm, x, silu=False)
        q, k, v = (layer(h).flatten(2).transpose(1, 2) for layer in (self.q, self.k, self.v))
        h = attend(q, k, v).transpose(1, 2).reshape(x.shape)
        return x + self.proj_out(h)


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Middle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block_1, self.attn_1, self.block_2 = ResnetBlock(channels, channels), AttnBlock(channels), ResnetBlock(channels, channels)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class Encoder(nn.Module):
    def __init__(self, ch, ch_mult, num_res_blocks):
        super().__init__()
        self.conv_in = nn.Conv2d(3, ch, 3, padding=1)
        self.down = nn.ModuleList()
        width = ch
        for level, mult in enumerate(ch_mult):
            stage = nn.Module()
            stage.block = nn.ModuleList()
            for _ in range(num_res_blocks):
                stage.block.append(ResnetBlock(width, ch * mult))
                width = ch * mult
            if level < len(ch_mult) - 1:
                stage.downsample = Downsample(width)
            self.down.append(stage)
        self.mid = Middle(width)
        self.norm_out, self.conv_out = norm(width), nn.Conv2d(width, 2 * Z_CHANNELS, 3, padding=1)

    def forward(self, x):
        h = self.conv_in(x)
        for stage in self.down:
            for block in stage.block:
                h = block(h)
            if hasattr(stage, "downsample"):
                h = stage.downsample(h)
        return self.conv_out(norm_silu(self.norm_out, self.mid(h)))


class Decoder(nn.Module):
    def __init__(self, ch, ch_mult, num_res_blocks):
        super().__init__()
        width = ch * ch_mult[-1]
        self.conv_in = nn.Conv2d(Z_CHANNELS, width, 3, padding=1)
        self.mid = Middle(width)
        stages = []
        for level in reversed(range(len(ch_mult))):
            stage = nn.Module()
            stage.block = nn.ModuleList()
            for _ in range(num_res_blocks + 1):
                stage.block.append(ResnetBlock(width, ch * ch_mult[level]))
                width = ch * ch_mult[level]
            if level > 0:
                stage.upsample = Upsample(width)
            stages.insert(0, stage)
        self.up = nn.ModuleList(stages)
        self.norm_out, self.conv_out = norm(width), nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, z):
        with full_precision(z):
            h = self.conv_in(z)
        h = self.mid(h)
        for stage in reversed(self.up):
            for block in stage.block:
                h = block(h)
            if hasattr(stage, "upsample"):
                h = stage.upsample(h)
        return self.conv_out(norm_silu(self.norm_out, h))


class Autoencoder(nn.Module):
    """Pictures in -1..1 [B, 3, H, W] <-> latents [B, 4, H/8, W/8] (multiply by SCALE_FACTOR for unit variance)."""

    def __init__(self, config=CONFIG):
        super().__init__()
        self.encoder, self.decoder = Encoder(**config), Decoder(**config)
        self.quant_conv = nn.Conv2d(2 * Z_CHANNELS, 2 * Z_CHANNELS, 1)
        self.post_quant_conv = nn.Conv2d(Z_CHANNELS, Z_CHANNELS, 1)
        with torch.no_grad():  # start with next to no noise, or the decoder learns to ignore the latents
            self.quant_conv.bias[Z_CHANNELS:] = -8.0

    def encode(self, x):
        """Mean and log variance of the posterior."""
        moments = self.encoder(x)
        with full_precision(x):
            mean, logvar = self.quant_conv(moments.float()).chunk(2, 1)
        return mean, logvar.clamp(-30, 20)

    def decode(self, z):
        with full_precision(z):
            z = self.post_quant_conv(z)
        return self.decoder(z)

    def forward(self, x):
        mean, logvar = self.encode(x)
        z = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
        return self.decode(z), mean, logvar
