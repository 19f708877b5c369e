"""The U-Net of SD v1 in small: names as in CompVis' `model.diffusion_model`, 8 heads and 32 norm groups everywhere.

Levels named in `attention_levels` attend (to themselves and to the text), and so does the middle. SD v1 attends on all levels but the
deepest; here the finest level is left out as well, because 1,024 positions with heads of 8 channels cost more than everything else.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .attention import attend
from .fast_norm import norm_silu

HEADS = 8
CONFIG = {"model_channels": 64, "channel_mult": (1, 2, 3), "attention_levels": (1,), "num_res_blocks": 1, "context_dim": 192}


class ResBlock(nn.Module):
    def __init__(self, cin, emb, cout):
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(32, cin), nn.SiLU(), nn.Conv2d(cin, cout, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb, cout))
        self.out_layers = nn.Sequential(nn.GroupNorm(32, cout), nn.SiLU(), nn.Dropout(0.0), zero(nn.Conv2d(cout, cout, 3, padding=1)))
        self.skip_connection = nn.Conv2d(cin, cout, 1) if cin != cout else nn.Identity()

    def forward(self, x, emb, context):
        h = self.in_layers[2](norm_silu(self.in_layers[0], x)) + self.emb_layers(emb)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers[3](norm_silu(self.out_layers[0], h))


class CrossAttention(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k, self.to_v = nn.Linear(context, width, bias=False), nn.Linear(context, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width), nn.Dropout(0.0))

    def forward(self, x, context):
        split = lambda t: t.unflatten(-1, (HEADS, -1)).transpose(1, 2)
        h = attend(split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context)))
        return self.to_out(h.transpose(1, 2).flatten(2))


class Geglu(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Linear(width, 8 * width)

    def forward(self, x):
        h, gate = self.proj(x).chunk(2, -1)
        return h * F.gelu(gate)


class TransformerBlock(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.attn1, self.attn2 = CrossAttention(width, width), CrossAttention(width, context)
        self.ff = nn.Module()
        self.ff.net = nn.Sequential(Geglu(width), nn.Dropout(0.0), nn.Linear(4 * width, width))
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, context):
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff.net(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.proj_in = nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(width, context)])
        self.proj_out = zero(nn.Conv2d(width, width, 1))

    def forward(self, x, emb, context):
        h = self.proj_in(norm_silu(self.norm, x, silu=False)).flatten(2).transpose(1, 2)
        for block in self.transformer_blocks:
            h = block(h, context)
        return x + self.proj_out(h.transpose(1, 2).unflatten(2, x.shape[2:]).contiguous(memory_format=torch.channels_last))


class Downsample(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.op = nn.Conv2d(width, width, 3, stride=2, padding=1)

    def forward(self, x, emb, context):
        return self.op(x)


class Upsample(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x, emb, context):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class First(nn.Conv2d):
    def forward(self, x, emb, context):
        return super().forward(x)


def zero(layer):
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def timestep_embedding(t, width):
    """Cosines, then sines, of geometrically spaced frequencies, [B, width]."""
    half = width // 2
    freqs = torch.exp(-math.log(10000) * torch.arange(half, device=t.device, dtype=torch.float32) / half)
    angles = t[:, None].float() * freqs
    return torch.cat([angles.cos(), angles.sin()], 1)


class UNet(nn.Module):
    """Noisy latents [B, 4, h, w], timesteps [B], text states [B, 77, context] -> the noise [B, 4, h, w]."""

    def __init__(self, model_channels, channel_mult, attention_levels, num_res_blocks, context_dim):
        super().__init__()
        self.model_channels = model_channels
        emb = 4 * model_channels
        self.time_embed = nn.Sequential(nn.Linear(model_channels, emb), nn.SiLU(), nn.Linear(emb, emb))
        width, deepest = model_channels, len(channel_mult) - 1
        self.input_blocks = nn.ModuleList([nn.ModuleList([First(4, width, 3, padding=1)])])
        skips = [width]
        for level, mult in enumerate(channel_mult):
            for _ in range(num_res_blocks):
                block = [ResBlock(width, emb, model_channels * mult)]
                width = model_channels * mult
                if level in attention_levels:
                    block.append(SpatialTransformer(width, context_dim))
                self.input_blocks.append(nn.ModuleList(block))
                skips.append(width)
            if level < deepest:
                self.input_blocks.append(nn.ModuleList([Downsample(width)]))
                skips.append(width)
        self.middle_block = nn.ModuleList([ResBlock(width, emb, width), SpatialTransformer(width, context_dim), ResBlock(width, emb, width)])
        self.output_blocks = nn.ModuleList()
        for level in reversed(range(len(channel_mult))):
            for k in range(num_res_blocks + 1):
                block = [ResBlock(width + skips.pop(), emb, model_channels * channel_mult[level])]
                width = model_channels * channel_mult[level]
                if level in attention_levels:
                    block.append(SpatialTransformer(width, context_dim))
                if level > 0 and k == num_res_blocks:
                    block.append(Upsample(width))
                self.output_blocks.append(nn.ModuleList(block))
        self.out = nn.Sequential(nn.GroupNorm(32, width), nn.SiLU(), zero(nn.Conv2d(width, 4, 3, padding=1)))

    def forward(self, x, t, context):
        emb = self.time_embed(timestep_embedding(t, self.model_channels).to(self.time_embed[0].weight.dtype))
        saved = []
        h = x
        for block in self.input_blocks:
            for layer in block:
                h = layer(h, emb, context)
            saved.append(h)
        for layer in self.middle_block:
            h = layer(h, emb, context)
        for block in self.output_blocks:
            h = torch.cat([h, saved.pop()], 1)
            for layer in block:
                h = layer(h, emb, context)
        return self.out[2](norm_silu(self.out[0], h))
