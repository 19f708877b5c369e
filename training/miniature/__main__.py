"""`python -m miniature <stage> [options]`: one command for each stage; see README.md for the order."""

import argparse
import importlib
import inspect
from pathlib import Path

STAGES = {
    "start": "start",
    "draw": "draw",
    "autoencoder": "train_autoencoder",
    "clip": "train_clip",
    "latents": "latents",
    "vision": "train_vision",
    "unet": "train_unet",
    "critic": "train_critic",
    "reward": "reward",
    "classifier": "train_classifier",
    "paint": "paint",
    "checker": "make_checker",
    "export": "export",
    "sheet": "sheet",
}


def main():
    parser = argparse.ArgumentParser(prog="python -m miniature", description=__doc__)
    stages = parser.add_subparsers(dest="stage", required=True)
    for stage, module in STAGES.items():
        code = importlib.import_module(f".{module}", __package__)
        command = stages.add_parser(stage, help=code.__doc__.splitlines()[0])
        command.set_defaults(run=code.run)
        command.add_argument("--work", type=Path, default=Path("work"), help="folder for data and checkpoints (default: work)")
        for name, parameter in inspect.signature(code.run).parameters.items():
            if name == "work":
                continue
            default = parameter.default
            kind = (lambda text: text.lower() in ("1", "true", "yes")) if isinstance(default, bool) else type(default)
            command.add_argument("--" + name.replace("_", "-"), type=kind, default=default, help=f"default: {default}")
    options = vars(parser.parse_args())
    options.pop("stage")
    options["work"].mkdir(parents=True, exist_ok=True)
    options.pop("run")(**options)


if __name__ == "__main__":
    main()
