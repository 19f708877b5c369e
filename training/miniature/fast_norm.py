"""Group normalisation with SiLU in one pass, for training on a CPU.

PyTorch 2.13's group norm on channels-last bf16 takes 60 % of a training step there (its backward alone 40 %). This module compiles a small
C++ kernel at first use, where a compiler and ninja are at hand and the tensor is bf16 and channels last; everywhere else (GPU, float32,
evaluation) it is exactly `F.silu(norm(x))`. The results agree within bf16's rounding.
"""

import os
from functools import lru_cache

import torch
import torch.nn.functional as F

SOURCE = r"""
#include <torch/extension.h>
#include <ATen/Parallel.h>
#include <cmath>
#include <vector>

static inline float widen(uint16_t v) { uint32_t u = uint32_t(v) << 16; float f; __builtin_memcpy(&f, &u, 4); return f; }
static inline uint16_t narrow(float f) { uint32_t u; __builtin_memcpy(&u, &f, 4); return uint16_t((u + 0x7fff + ((u >> 16) & 1)) >> 16); }
static inline float logistic(float v) { return 1 / (1 + std::exp(std::min(-v, 80.f))); }  // exp(89) would be infinite, and -ffast-math makes 1 / inf a NaN
constexpr int64_t ROWS = 64;  // rows summed in float before they join the double total

// x [N, P, C] bf16 (a channels-last picture); gamma, beta [C]; returns y like x, mean and rstd [N, G].
std::vector<at::Tensor> forward(at::Tensor x, at::Tensor gamma, at::Tensor beta, int64_t groups, double eps, bool silu) {
  const int64_t N = x.size(0), C = x.size(1), P = x.size(2) * x.size(3), D = C / groups;
  auto y = at::empty_like(x);
  auto mean = at::empty({N, groups}, gamma.options()), rstd = at::empty({N, groups}, gamma.options());
  const uint16_t* in = (const uint16_t*)x.data_ptr();
  uint16_t* out = (uint16_t*)y.data_ptr();
  const float *w = gamma.data_ptr<float>(), *b = beta.data_ptr<float>();
  float *m = mean.data_ptr<float>(), *r = rstd.data_ptr<float>();
  at::parallel_for(0, N, 1, [&](int64_t from, int64_t to) {
    std::vector<double> total(2 * C);
    std::vector<float> part(2 * C), scale(C), shift(C);
    for (int64_t n = from; n < to; n++) {
      const uint16_t* xn = in + n * P * C;
      uint16_t* yn = out + n * P * C;
      std::fill(total.begin(), total.end(), 0.0);
      for (int64_t p0 = 0; p0 < P; p0 += ROWS) {
        std::fill(part.begin(), part.end(), 0.f);
        float *s = part.data(), *q = s + C;
        for (int64_t p = p0; p < std::min(P, p0 + ROWS); p++)
          for (int64_t c = 0; c < C; c++) { float v = widen(xn[p * C + c]); s[c] += v; q[c] += v * v; }
        for (int64_t c = 0; c < 2 * C; c++) total[c] += part[c];
      }
      for (int64_t g = 0; g < groups; g++) {
        double s = 0, q = 0;
        for (int64_t c = g * D; c < (g + 1) * D; c++) { s += total[c]; q += total[C + c]; }
        double mu = s / (P * D), var = q / (P * D) - mu * mu;
        m[n * groups + g] = mu; r[n * groups + g] = 1 / std::sqrt(std::max(var, 0.0) + eps);
        for (int64_t c = g * D; c < (g + 1) * D; c++) { scale[c] = w[c] * r[n * groups + g]; shift[c] = b[c] - float(mu) * scale[c]; }
      }
      const float *a = scale.data(), *o = shift.data();
      for (int64_t p = 0; p < P; p++)
        if (silu) for (int64_t c = 0; c < C; c++) { float v = widen(xn[p * C + c]) * a[c] + o[c]; yn[p * C + c] = narrow(v * logistic(v)); }
        else for (int64_t c = 0; c < C; c++) yn[p * C + c] = narrow(widen(xn[p * C + c]) * a[c] + o[c]);
    }
  });
  return {y, mean, rstd};
}

std::vector<at::Tensor> backward(at::Tensor dy, at::Tensor x, at::Tensor gamma, at::Tensor beta, at::Tensor mean, at::Tensor rstd, bool silu) {
  const int64_t N = x.size(0), C = x.size(1), P = x.size(2) * x.size(3), groups = mean.size(1), D = C / groups;
  auto dx = at::empty_like(x);
  auto sums = at::zeros({2, N, C}, gamma.options());  // gradients of gamma and beta for each picture
  const uint16_t *in = (const uint16_t*)x.data_ptr(), *up = (const uint16_t*)dy.data_ptr();
  uint16_t* out = (uint16_t*)dx.data_ptr();
  const float *w = gamma.data_ptr<float>(), *b = beta.data_ptr<float>(), *m = mean.data_ptr<float>(), *r = rstd.data_ptr<float>();
  float* sum = sums.data_ptr<float>();
  at::parallel_for(0, N, 1, [&](int64_t from, int64_t to) {
    std::vector<double> total(2 * C);
    std::vector<float> part(2 * C), scale(C), shift(C), k1(C), k2(C), k0(C);
    for (int64_t n = from; n < to; n++) {
      const uint16_t *xn = in + n * P * C, *un = up + n * P * C;
      uint16_t* on = out + n * P * C;
      for (int64_t c = 0; c < C; c++) { scale[c] = w[c] * r[n * groups + c / D]; shift[c] = b[c] - m[n * groups + c / D] * scale[c]; }
      const float *a = scale.data(), *o = shift.data();
      std::fill(total.begin(), total.end(), 0.0);
      for (int64_t p0 = 0; p0 < P; p0 += ROWS) {
        std::fill(part.begin(), part.end(), 0.f);
        float *s = part.data(), *q = s + C;
        for (int64_t p = p0; p < std::min(P, p0 + ROWS); p++)
          for (int64_t c = 0; c < C; c++) {
            float v = widen(xn[p * C + c]), d = widen(un[p * C + c]);
            if (silu) { float t = v * a[c] + o[c], g = logistic(t); d *= g * (1 + t * (1 - g)); }
            s[c] += d; q[c] += d * v;
          }
        for (int64_t c = 0; c < 2 * C; c++) total[c] += part[c];
      }
      for (int64_t g = 0; g < groups; g++) {
        const double mu = m[n * groups + g], rs = r[n * groups + g];
        double db = 0, ds = 0;
        for (int64_t c = g * D; c < (g + 1) * D; c++) {
          const double dgamma = (total[C + c] - mu * total[c]) * rs;
          sum[n * C + c] = dgamma; sum[(N + n) * C + c] = total[c];
          db += w[c] * total[c]; ds += w[c] * dgamma;
        }
        db /= P * D; ds /= P * D;
        for (int64_t c = g * D; c < (g + 1) * D; c++) { k2[c] = -rs * rs * ds; k0[c] = rs * (mu * rs * ds - db); }
      }
      const float *e = k2.data(), *f = k0.data();
      for (int64_t p = 0; p < P; p++)
        for (int64_t c = 0; c < C; c++) {
          float v = widen(xn[p * C + c]), d = widen(un[p * C + c]);
          if (silu) { float t = v * a[c] + o[c], g = logistic(t); d *= g * (1 + t * (1 - g)); }
          on[p * C + c] = narrow(a[c] * d + e[c] * v + f[c]);
        }
    }
  });
  return {dx, sums[0].sum(0), sums[1].sum(0)};
}
PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) { m.def("forward", &forward); m.def("backward", &backward); }
"""


@lru_cache
def kernel():
    """The compiled kernel, or None where it cannot be built (a warning says why)."""
    if os.environ.get("MINIATURE_PLAIN_NORM"):
        return None
    try:
        from torch.utils.cpp_extension import load_inline

        flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-fno-tree-loop-distribute-patterns"]
        return load_inline("miniature_norm", SOURCE, extra_cflags=flags, extra_ldflags=["-lmvec", "-lm"])
    except Exception as error:  # no compiler, no ninja: slower, not wrong
        print(f"group norm falls back to PyTorch's own: {error}", flush=True)
        return None


class NormSilu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, groups, eps, silu):
        x = x.contiguous(memory_format=torch.channels_last)
        y, mean, rstd = kernel().forward(x, weight, bias, groups, eps, silu)
        ctx.save_for_backward(x, weight, bias, mean, rstd)
        ctx.silu = silu
        return y

    @staticmethod
    def backward(ctx, dy):
        dy = dy.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        dx, dweight, dbias = kernel().backward(dy, *ctx.saved_tensors, ctx.silu)
        return dx, dweight, dbias, None, None, None


def norm_silu(norm, x, silu=True):
    """`F.silu(norm(x))`, or `norm(x)` with silu=False, for a torch.nn.GroupNorm and x [B, C, H, W]."""
    if x.device.type == "cpu" and torch.is_autocast_enabled("cpu") and kernel():
        return NormSilu.apply(x.to(torch.bfloat16), norm.weight, norm.bias, norm.num_groups, norm.eps, silu)
    return F.silu(norm(x)) if silu else norm(x)
