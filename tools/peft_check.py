#!/usr/bin/env python3
"""Loads a base model and an adapter with Hugging Face's peft, runs an input, and prints or compares the logits.

Usage:
  python tools/peft_check.py CHECKPOINT ADAPTER --input pixels.npy                     prints the logits
  python tools/peft_check.py CHECKPOINT ADAPTER --input pixels.npy --logits want.npy   compares, exit 1 above --tolerance
  python tools/peft_check.py CHECKPOINT ADAPTER --input pixels.npy --save got.npy      writes them

CHECKPOINT is a folder as timm or Hugging Face write it, or with --merged a model that was exported with its adapter
(then leave ADAPTER out). pixels.npy holds normalised float32 pixels (batch, channels, height, width), want.npy float32
logits (batch, classes). Either may be FILE.safetensors:NAME instead.

Needs: pip install torch timm transformers peft safetensors numpy (tried versions: tools/golden/requirements.txt).
"""

import argparse
import json
import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file


def read_array(text):
    if ".safetensors:" in text:
        file, name = text.rsplit(":", 1)
        return load_file(file)[name].float()
    return torch.from_numpy(numpy.load(text)).float()


def weights(folder):
    index = folder / "model.safetensors.index.json"
    if not (folder / "model.safetensors").exists() and index.exists():
        shards = sorted(set(json.loads(index.read_text())["weight_map"].values()))
        return {name: value for shard in shards for name, value in load_file(folder / shard).items()}
    single = folder / "model.safetensors"
    return load_file(single if single.exists() else next(folder.glob("*.safetensors")))


def timm_model(folder, config, image_size, classes):
    import timm
    from timm.models.vision_transformer import checkpoint_filter_fn

    state = weights(folder)
    arguments = dict(config.get("model_args") or {})
    arguments.update(img_size=image_size, num_classes=classes or config["num_classes"])
    model = timm.create_model(config["architecture"], pretrained=False, **arguments)
    if state["head.weight"].shape[0] != arguments["num_classes"]:
        state = {name: value for name, value in state.items() if not name.startswith("head.")}
    missing, unexpected = model.load_state_dict(checkpoint_filter_fn(state, model), strict=False)
    if unexpected or [name for name in missing if not name.startswith("head.")]:
        sys.exit(f"{folder}: missing {missing}, unexpected {unexpected}")
    return model.float()


def hugging_face_model(folder, image_size, classes):
    from transformers import AutoModelForImageClassification

    options = {"num_labels": classes} if classes else {}
    model = AutoModelForImageClassification.from_pretrained(folder, ignore_mismatched_sizes=True, **options)
    if model.config.image_size != image_size:
        sys.exit(f"{folder}: is for images of {model.config.image_size} pixels, the input has {image_size};"
                 " transformers interpolates positions otherwise than timm: check the merged export instead")
    return model.float()


def adapter_classes(folder):
    """The rows of a saved head: the base gets as many before the adapter goes on it."""
    for name, value in load_file(folder / "adapter_model.safetensors").items():
        if name in ("base_model.model.head.weight", "base_model.model.classifier.weight"):
            return value.shape[0]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("adapter", type=Path, nargs="?")
    parser.add_argument("--merged", action="store_true", help="the checkpoint is a merged model: no adapter")
    parser.add_argument("--input", required=True)
    parser.add_argument("--logits")
    parser.add_argument("--save")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    options = parser.parse_args()
    if options.merged == (options.adapter is not None):
        parser.error("give either ADAPTER or --merged")

    pixels = read_array(options.input)
    classes = adapter_classes(options.adapter) if options.adapter else None
    config = json.loads((options.checkpoint / "config.json").read_text())
    if "architecture" in config:
        model = timm_model(options.checkpoint, config, pixels.shape[-1], classes)
    else:
        model = hugging_face_model(options.checkpoint, pixels.shape[-1], classes)
    model.eval()
    with torch.no_grad():
        base = model(pixels)
        if options.adapter:
            from peft import PeftModel

            model = PeftModel.from_pretrained(model, options.adapter).eval()
        logits = model(pixels)
    logits, base = getattr(logits, "logits", logits), getattr(base, "logits", base)
    if options.adapter:
        print(f"the adapter changes the base's logits by up to {(logits - base).abs().max().item():.3g}")
    if options.save:
        numpy.save(options.save, logits.numpy())
    if options.logits:
        worst = (logits - read_array(options.logits)).abs().max().item()
        print(f"largest difference {worst:.3g}, tolerance {options.tolerance:g}: {'ok' if worst <= options.tolerance else 'TOO LARGE'}")
        sys.exit(0 if worst <= options.tolerance else 1)
    if not options.save:
        print(logits.numpy())


if __name__ == "__main__":
    main()
