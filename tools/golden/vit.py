#!/usr/bin/env python3
"""Makes the golden files of the module `model` from real timm, transformers and peft.

Usage: python tools/golden/vit.py            (from the repository's root; versions in tools/golden/requirements.txt)
       python tools/golden/vit.py --check    (make them aside and compare with the recorded hashes)

Everything is seeded and runs on one CPU thread in fp32. The outputs are tiny random models: no weight is zero or one by
initialisation, so that every tensor matters. `manifest.json` records the versions and the SHA-256 of each file.
Python is needed to make these files anew, never to build or to test.
"""

import argparse
import hashlib
import json
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import numpy
import peft
import safetensors
import timm
import torch
import transformers
from safetensors.torch import load_file, save_file
from timm.layers import resample_abs_pos_embed

SEED = 20240817
TARGET = Path("model/src/test/resources/golden")
SHAPE = dict(image=16, patch=4, width=24, depth=3, heads=3, mlp=48, classes=5)
RANK, ALPHA = 4, 8
TIMM_TARGETS = ["qkv", "proj", "fc1", "fc2"]
LABELS = torch.tensor([3, 0, 4, 1])


def randomise(model, generator):
    """Fills every parameter with seeded values of a sensible scale."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("bias"):
                parameter.copy_(0.1 * noise)
            elif "norm" in name:
                parameter.copy_(1 + 0.2 * noise)
            elif parameter.dim() == 2 or parameter.dim() == 4:
                fan_in = parameter[0].numel()
                parameter.copy_(noise * fan_in**-0.5)
            else:
                parameter.copy_(0.5 * noise)


def timm_model(classes=SHAPE["classes"]):
    return timm.models.vision_transformer.VisionTransformer(
        img_size=SHAPE["image"],
        patch_size=SHAPE["patch"],
        embed_dim=SHAPE["width"],
        depth=SHAPE["depth"],
        num_heads=SHAPE["heads"],
        mlp_ratio=SHAPE["mlp"] / SHAPE["width"],
        num_classes=classes,
    ).eval()


def hugging_face_config():
    return transformers.ViTConfig(
        image_size=SHAPE["image"],
        patch_size=SHAPE["patch"],
        hidden_size=SHAPE["width"],
        num_hidden_layers=SHAPE["depth"],
        num_attention_heads=SHAPE["heads"],
        intermediate_size=SHAPE["mlp"],
        layer_norm_eps=1e-5,
        id2label={i: f"kind {i}" for i in range(SHAPE["classes"])},
        label2id={f"kind {i}": i for i in range(SHAPE["classes"])},
        attn_implementation="eager",
    )


def write_timm(folder, model, dtype=torch.float32):
    folder.mkdir(parents=True)
    tensors = {name: value.to(dtype).contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architecture": "vit_tiny_patch16_224",
        "num_classes": SHAPE["classes"],
        "num_features": SHAPE["width"],
        "global_pool": "token",
        "model_args": {
            "img_size": SHAPE["image"],
            "patch_size": SHAPE["patch"],
            "embed_dim": SHAPE["width"],
            "depth": SHAPE["depth"],
            "num_heads": SHAPE["heads"],
            "mlp_ratio": SHAPE["mlp"] / SHAPE["width"],
        },
        "pretrained_cfg": {
            "input_size": [3, SHAPE["image"], SHAPE["image"]],
            "mean": [0.485, 0.456, 0.406],
            "std": [0.229, 0.224, 0.225],
        },
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def write_hugging_face(folder, model, **options):
    model.save_pretrained(folder, **options)
    preprocessor = {
        "image_processor_type": "ViTImageProcessor",
        "image_mean": [0.1, 0.2, 0.3],
        "image_std": [0.4, 0.5, 0.6],
        "size": {"height": SHAPE["image"], "width": SHAPE["image"]},
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor, indent=2) + "\n")


def with_adapter(model, targets, head, generator):
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, modules_to_save=[head])
    adapted = peft.get_peft_model(model, config)
    with torch.no_grad():
        for name, parameter in sorted(adapted.named_parameters()):
            if "lora_A" in name or "lora_B" in name:
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
            elif "modules_to_save" in name:
                parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator))
    return adapted


def canonical(name):
    """base_model.model.blocks.0.attn.qkv.lora_A.default.weight -> blocks.0.attn.qkv.lora_A"""
    name = name.removeprefix("base_model.model.").replace(".modules_to_save.default", "")
    return name.replace(".lora_A.default.weight", ".lora_A").replace(".lora_B.default.weight", ".lora_B")


def trained(adapted):
    return {canonical(name): value for name, value in adapted.named_parameters() if value.requires_grad}


def detached(tensors):
    return {name: value.detach().clone().contiguous() for name, value in tensors.items()}


def write_training(folder, pixels):
    """Loss, gradients and three steps of both optimisers; each step sees the same batch."""
    base = timm_model()
    base.load_state_dict(load_file(folder / "timm/model.safetensors"))
    generator = torch.Generator().manual_seed(SEED + 1)
    start = detached(trained(with_adapter(base, TIMM_TARGETS, "head", generator)))
    save_file(start, folder / "lora-start.safetensors")
    losses = {}
    for name, optimiser in {
        "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
        "adamw": lambda parameters: torch.optim.AdamW(
            parameters, lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
        ),
    }.items():
        base = timm_model()
        base.load_state_dict(load_file(folder / "timm/model.safetensors"))
        model = with_adapter(base, TIMM_TARGETS, "head", torch.Generator().manual_seed(SEED + 1)).eval()
        parameters = trained(model)
        step = optimiser(parameters.values())
        losses[name] = []
        for index in range(3):
            step.zero_grad()
            logits = model(pixels)
            loss = torch.nn.functional.cross_entropy(logits, LABELS)
            loss.backward()
            losses[name].append(loss.item())
            if index == 0 and name == "sgd":
                save_file({"logits": logits.detach()}, folder / "lora-logits.safetensors")
                gradients = {key: value.grad.clone() for key, value in parameters.items()}
                save_file(gradients, folder / "lora-gradients.safetensors")
            step.step()
            save_file(detached(parameters), folder / f"{name}-step{index + 1}.safetensors")
    return losses


def write_adapters(folder, pixels):
    """Adapters as peft itself saves them, with what they make of the input."""
    logits = {}
    timm_targets = TIMM_TARGETS + ["patch_embed.proj"]
    base = timm_model()
    base.load_state_dict(load_file(folder / "timm/model.safetensors"))
    model = with_adapter(base, timm_targets, "head", torch.Generator().manual_seed(SEED + 2)).eval()
    model.save_pretrained(folder / "peft-timm")
    logits["peft-timm"] = model(pixels).detach()
    for name, targets in {
        "peft-hf": ["q_proj", "k_proj", "v_proj", "o_proj", "fc1", "fc2"],
        "peft-hf-qv": ["q_proj", "v_proj"],
    }.items():
        base = transformers.ViTForImageClassification.from_pretrained(folder / "hf", attn_implementation="eager")
        model = with_adapter(base, targets, "classifier", torch.Generator().manual_seed(SEED + 3)).eval()
        model.save_pretrained(folder / name)
        logits[name] = model(pixels).logits.detach()
    for name in ["peft-timm", "peft-hf", "peft-hf-qv"]:
        (folder / name / "README.md").unlink(missing_ok=True)
        # target_modules is a set in peft: its order in the file differs from run to run.
        config = json.loads((folder / name / "adapter_config.json").read_text())
        config["target_modules"] = sorted(config["target_modules"])
        config["base_model_name_or_path"] = None
        (folder / name / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    save_file(logits, folder / "peft-logits.safetensors")


def write_all(folder):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    generator = torch.Generator().manual_seed(SEED)
    pixels = torch.randn(4, 3, SHAPE["image"], SHAPE["image"], generator=generator)

    model = timm_model()
    randomise(model, generator)
    write_timm(folder / "timm", model)
    write_timm(folder / "timm-bf16", model, torch.bfloat16)
    hugging_face = transformers.ViTForImageClassification(hugging_face_config()).eval()
    randomise(hugging_face, generator)
    write_hugging_face(folder / "hf", hugging_face)
    write_hugging_face(folder / "hf-sharded", hugging_face, max_shard_size="20KB")
    half = transformers.ViTForImageClassification(hugging_face_config()).eval()
    half.load_state_dict(hugging_face.state_dict())
    write_hugging_face(folder / "hf-f16", half.half())

    with torch.no_grad():
        hidden = model.pos_drop(model._pos_embed(model.patch_embed(pixels)))
        forward = {"pixels": pixels, "labels": LABELS, "timm.embedding": hidden.clone()}
        for index, block in enumerate(model.blocks):
            hidden = block(hidden)
            forward[f"timm.block{index}"] = hidden.clone()
        forward["timm.logits"] = model(pixels)
        forward["hf.logits"] = hugging_face(pixels).logits
        save_file(forward, folder / "forward.safetensors")
        positions = {
            f"side{side}": resample_abs_pos_embed(model.pos_embed, new_size=[side, side]).contiguous()
            for side in (2, 3, 5, 6, 7, 8, 14)
        }
        positions["side4"] = model.pos_embed.detach().clone()
        save_file(positions, folder / "positions.safetensors")

    losses = {"timm": torch.nn.functional.cross_entropy(forward["timm.logits"], LABELS).item()}
    losses.update(write_training(folder, pixels))
    write_adapters(folder, pixels)
    (folder / "losses.json").write_text(json.dumps(losses, indent=2) + "\n")


def manifest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {
        "generator": "tools/golden/vit.py",
        "generatorSha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        "seed": SEED,
        "versions": {
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "peft": peft.__version__,
            "safetensors": safetensors.__version__,
            "timm": timm.__version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "sha256": {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the recorded hashes, change nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / "golden"
        folder.mkdir()
        write_all(folder)
        made = manifest(folder)
        if check:
            recorded = json.loads((TARGET / "manifest.json").read_text())["sha256"]
            different = sorted(name for name in set(recorded) | set(made["sha256"])
                               if recorded.get(name) != made["sha256"].get(name))
            print("\n".join(["different:"] + different) if different else f"all {len(recorded)} files are the same")
            sys.exit(1 if different else 0)
        (folder / "manifest.json").write_text(json.dumps(made, indent=2) + "\n")
        shutil.rmtree(TARGET, ignore_errors=True)
        shutil.copytree(folder, TARGET)
    print(f"{len(made['sha256'])} files in {TARGET}")


if __name__ == "__main__":
    main()
