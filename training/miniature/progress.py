"""What all training stages share: a budget in minutes, the learning-rate curve over it, moving averages, and checkpoints that resume."""

import copy
import json
import math
import os
import time

import torch
import torch.distributed as dist


class Run:
    """A stage that trains for `minutes` of its own time, however often it is interrupted."""

    def __init__(self, path, minutes, modules, optimiser, ema=None):
        self.path, self.minutes, self.modules, self.optimiser, self.ema = path, minutes, modules, optimiser, ema
        self.step, self.elapsed, self.samples = 0, 0.0, 0
        if path.exists():
            state = torch.load(path, map_location="cpu", weights_only=True)
            for name, module in modules.items():
                module.load_state_dict(state[name])
            if ema:
                ema.load_state_dict(state["ema"])
            optimiser.load_state_dict(state["optimiser"])
            self.step, self.elapsed, self.samples = state["step"], state["elapsed"], state["samples"]
            print(f"resumed at step {self.step}, {self.elapsed / 60:.1f} min", flush=True)
        self.started = time.time() - self.elapsed
        self.saved = time.time()

    @property
    def fraction(self):
        return min(1.0, (time.time() - self.started) / (60 * self.minutes))

    def next_step(self, peak_lr, warmup=100, floor=0.02, samples=0):
        """Set this step's learning rate (linear warm-up, then a cosine over the time budget). False when the budget is spent."""
        fraction = agreed(self.fraction)
        lr = peak_lr * min(1, (self.step + 1) / warmup) * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * fraction)))
        for group in self.optimiser.param_groups:
            group["lr"] = lr * group.get("scale", 1.0)
        self.step += 1
        self.samples += samples
        return fraction < 1

    def save(self):
        self.saved = time.time()
        if not first():
            return
        self.elapsed = time.time() - self.started
        state = {name: module.state_dict() for name, module in self.modules.items()}
        state |= {"optimiser": self.optimiser.state_dict(), "step": self.step, "elapsed": self.elapsed, "samples": self.samples}
        if self.ema:
            state["ema"] = self.ema.state_dict()
        temporary = self.path.with_suffix(".tmp")
        torch.save(state, temporary)
        os.replace(temporary, self.path)

    def save_every(self, minutes):
        if time.time() - self.saved > 60 * minutes:
            self.save()
            return True
        return False

    def log(self, **numbers):
        if not first():
            return
        line = {"step": self.step, "min": round((time.time() - self.started) / 60, 2), **{k: round(float(torch.as_tensor(v).detach()), 5) for k, v in numbers.items()}}
        print(json.dumps(line), flush=True)


class Ema:
    """Exponential moving average of a module's weights, with a short memory at first."""

    def __init__(self, module, decay):
        self.module, self.decay = copy.deepcopy(module).eval().requires_grad_(False), decay
        self.updates = 0

    @torch.no_grad()
    def update(self, module):
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        shadow, live = list(self.module.parameters()), list(module.parameters())
        torch._foreach_lerp_(shadow, [p.detach() for p in live], 1 - decay)

    def state_dict(self):
        return self.module.state_dict() | {"updates": torch.tensor(self.updates)}

    def load_state_dict(self, state):
        state = dict(state)
        self.updates = int(state.pop("updates"))
        self.module.load_state_dict(state)


def join():
    """Join the processes that `torchrun --nproc-per-node N` started, if it did: they train one network together, each on a core of its own."""
    if "WORLD_SIZE" in os.environ and not dist.is_initialized():
        dist.init_process_group("gloo")
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[dist.get_rank() % len(cores)]})


def first():
    """True in the process that prints and saves, and where there is only one."""
    return not dist.is_initialized() or dist.get_rank() == 0


def agreed(number):
    """The first process's number, so that all stop at the same step."""
    if not dist.is_initialized():
        return number
    shared = torch.tensor([number], dtype=torch.float64)
    dist.broadcast(shared, 0)
    return shared.item()


def share_weights(module):
    """Give every process the first one's weights: what starts from nothing starts from other random numbers in each."""
    if dist.is_initialized():
        for tensor in module.state_dict().values():
            dist.broadcast(tensor, 0)


def average_gradients(module):
    """The mean over all processes of every gradient; nothing happens where there is only one."""
    if not dist.is_initialized():
        return
    gradients = [p.grad for p in module.parameters()]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    torch._foreach_copy_(gradients, [part.view_as(g) for part, g in zip(flat.split([g.numel() for g in gradients]), gradients)])


def device_and_threads(threads=2):
    """The device to train on; on a CPU `threads` threads."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    torch.set_num_threads(threads)
    return torch.device("cpu")


def bf16(device):
    """Autocast to bf16 where the device computes in it; a CPU without AVX-512's or AMX's bf16 takes ten times as long with it as without."""
    fast = device.type != "cpu" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=fast)


def to_signed(pictures, device):
    """uint8 [B, H, W, 3] (NumPy) -> float in -1..1 [B, 3, H, W], channels last."""
    return (torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def to_bytes(pictures):
    """Float in -1..1 [B, 3, H, W] -> uint8 [B, H, W, 3] (NumPy)."""
    return ((pictures.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).contiguous().cpu().numpy()


def sheet(rows):
    """Lists of pictures -> one picture, a row per list."""
    import numpy as np

    return np.concatenate([np.concatenate(list(row), 1) for row in rows], 0)
