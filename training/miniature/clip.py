"""A small CLIP (Radford et al. 2021); module names as transformers' CLIPTextModel and CLIPVisionModel store them."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .attention import attend
from .tokenizer import LENGTH

TEXT = {"width": 192, "layers": 3, "heads": 12}
VISION = {"width": 192, "layers": 4, "heads": 16}
PROJECTION = 192
IMAGE, PATCH = 224, 32
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x, causal):
        split = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        h = attend(split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x)), causal)
        return self.out_proj(h.transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        h = self.fc1(x)
        return self.fc2(h * torch.sigmoid(1.702 * h))  # quick_gelu


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.self_attn, self.layer_norm1 = Attention(width, heads), nn.LayerNorm(width)
        self.mlp, self.layer_norm2 = Mlp(width), nn.LayerNorm(width)

    def forward(self, x, causal=False):
        x = x + self.self_attn(self.layer_norm1(x), causal)
        return x + self.mlp(self.layer_norm2(x))


class Encoder(nn.Module):
    def __init__(self, width, layers, heads):
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))


class TextModel(nn.Module):
    """Ids [B, <= 77] -> hidden states after the final layer norm [B, length, width]."""

    def __init__(self, vocabulary, width, layers, heads):
        super().__init__()
        self.embeddings = nn.Module()
        self.embeddings.token_embedding = nn.Embedding(vocabulary, width)
        self.embeddings.position_embedding = nn.Embedding(LENGTH, width)
        self.encoder = Encoder(width, layers, heads)
        self.final_layer_norm = nn.LayerNorm(width)
        nn.init.normal_(self.embeddings.token_embedding.weight, std=0.02)
        nn.init.normal_(self.embeddings.position_embedding.weight, std=0.01)

    def forward(self, ids):
        x = self.embeddings.token_embedding(ids) + self.embeddings.position_embedding.weight[: ids.shape[1]]
        for layer in self.encoder.layers:
            x = layer(x, causal=True)
        return self.final_layer_norm(x)


class VisionModel(nn.Module):
    """Pictures as CLIP preprocesses them [B, 3, 224, 224] -> pooled features [B, width]."""

    def __init__(self, width, layers, heads, patch=PATCH):
        super().__init__()
        self.patch = patch
        self.embeddings = nn.Module()
        self.embeddings.class_embedding = nn.Parameter(torch.randn(width) * 0.02)
        self.embeddings.patch_embedding = nn.Conv2d(3, width, patch, stride=patch, bias=False)
        self.embeddings.position_embedding = nn.Embedding((IMAGE // patch) ** 2 + 1, width)
        nn.init.normal_(self.embeddings.position_embedding.weight, std=0.02)
        self.pre_layrnorm = nn.LayerNorm(width)  # the misspelling is part of the published format
        self.encoder = Encoder(width, layers, heads)
        self.post_layernorm = nn.LayerNorm(width)

    def forward(self, pixels, keep=1.0):
        """`keep`: share of the patches, drawn anew for each picture, that the layers see (Li et al. 2023); only training leaves some out."""
        cut = pixels.unflatten(3, (-1, self.patch)).unflatten(2, (-1, self.patch)).permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)  # [B, patches, 3 * patch * patch]
        patches = F.linear(cut, self.embeddings.patch_embedding.weight.flatten(1))  # the strided convolution, several times faster on a CPU
        first = self.embeddings.class_embedding.to(patches.dtype).expand(len(pixels), 1, -1)
        x = torch.cat([first, patches], 1) + self.embeddings.position_embedding.weight
        if keep < 1:
            chosen = torch.rand(patches.shape[:2], device=x.device).argsort(1)[:, : round(keep * patches.shape[1])] + 1
            x = torch.cat([x[:, :1], x.gather(1, chosen[:, :, None].expand(-1, -1, x.shape[2]))], 1)
        x = self.pre_layrnorm(x)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.post_layernorm(x[:, 0])


def finer(state, patch):
    """The weights of a vision model for smaller patches, as FlexiViT (Beyer et al. 2023) resizes them: a patch gets the token that it would
    have had enlarged; positions are interpolated. Weights that have such patches already come back as they are."""
    kernel, positions = state["embeddings.patch_embedding.weight"], state["embeddings.position_embedding.weight"]
    factor, width = kernel.shape[-1] // patch, kernel.shape[0]
    if factor == 1:
        return state
    grid = positions[1:].T.reshape(1, width, *2 * [IMAGE // kernel.shape[-1]])
    grid = F.interpolate(grid, size=IMAGE // patch, mode="bicubic").flatten(2)[0].T
    return state | {
        "embeddings.patch_embedding.weight": F.avg_pool2d(kernel, factor) * factor**2,
        "embeddings.position_embedding.weight": torch.cat([positions[:1], grid]),
    }


class Clip(nn.Module):
    """`patch`: side of the squares that the vision model sees, in pixels of 224."""

    def __init__(self, vocabulary, patch=PATCH):
        super().__init__()
        self.text_model = TextModel(vocabulary, **TEXT)
        self.vision_model = VisionModel(**VISION, patch=patch)
        self.text_projection = nn.Linear(TEXT["width"], PROJECTION, bias=False)
        self.visual_projection = nn.Linear(VISION["width"], PROJECTION, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))

    def text_embeds(self, ids):
        """Unit vectors [B, PROJECTION], pooled at the first end token (the highest id)."""
        hidden = self.text_model(ids)
        pooled = hidden[torch.arange(len(ids)), ids.argmax(-1)]
        return F.normalize(self.text_projection(pooled).float(), dim=-1)

    def image_embeds(self, pixels, keep=1.0):
        return F.normalize(self.visual_projection(self.vision_model(pixels, keep)).float(), dim=-1)


def pixel_values(pictures, device="cpu"):
    """uint8 [B, 224, 224, 3] -> normalised float [B, 3, 224, 224]."""
    x = torch.as_tensor(pictures).to(device).permute(0, 3, 1, 2).float()
    mean, std = (255 * torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (MEAN, STD))
    return x.sub_(mean).div_(std)
