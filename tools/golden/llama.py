#!/usr/bin/env python3
"""Makes the golden files of the module `model` for LLaMA and its relatives from real transformers and peft.

Usage: python tools/golden/llama.py            (from the repository's root; versions in tools/golden/requirements.txt)
       python tools/golden/llama.py --check    (make them aside and compare with the recorded hashes)

Everything is seeded and runs on one CPU thread in fp32. Each variant is a tiny random model that differs from the others
in one thing that a config.json can say. No weight is zero or one by initialisation, so that every tensor matters.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from safetensors.torch import save_file

SEED = 20250711
TARGET = Path("model/src/test/resources/golden-llama")
VOCABULARY, TOKENS, BATCH = 40, 12, 2
RANK, ALPHA, STEPS = 2, 6, 3
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TRAINED = ["llama3", "qwen2"]
SHAPE = dict(
    vocab_size=VOCABULARY,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    rms_norm_eps=1e-5,
    bos_token_id=1,
    eos_token_id=[2, 3],
    pad_token_id=0,
    attn_implementation="eager",
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=1000.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)


def variants():
    llama, qwen2, mistral = transformers.LlamaConfig, transformers.Qwen2Config, transformers.MistralConfig
    plain = dict(rope_type="default", rope_theta=10000.0)
    return {
        "llama2": llama(**SHAPE | dict(num_key_value_heads=4), rope_parameters=plain),
        "llama3": llama(**SHAPE, rope_parameters=LLAMA3, tie_word_embeddings=True),
        "linear": llama(**SHAPE, rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
        "biases": llama(**SHAPE, rope_parameters=plain, attention_bias=True, mlp_bias=True),
        "wide-heads": llama(**SHAPE, rope_parameters=plain, head_dim=6),
        "qwen2": qwen2(**SHAPE, rope_parameters=dict(rope_type="default", rope_theta=1000000.0)),
        "mistral": mistral(**SHAPE, rope_parameters=plain, sliding_window=None),
        "classifier": llama(**SHAPE, rope_parameters=plain, id2label={0: "bad", 1: "so so", 2: "good"}),
    }


def randomise(model, generator):
    """Fills every parameter with seeded values of a sensible scale."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("bias"):
                parameter.copy_(0.3 * noise)
            elif "norm" in name:
                parameter.copy_(1 + 0.2 * noise)
            elif "embed" in name:
                parameter.copy_(0.5 * noise)
            else:
                parameter.copy_(1.5 * noise * parameter.shape[1] ** -0.5)


def summed_loss(logits, labels):
    """Labels are shifted already: label t belongs to the logits at t."""
    return torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), labels.reshape(-1), ignore_index=-100, reduction="sum"
    )


def token_logits(model, tokens):
    """A classifier of transformers gives its last token's logits alone; ours gives all."""
    if hasattr(model, "score"):
        return model.score(model.model(tokens).last_hidden_state)
    return model(tokens).logits


def canonical(name):
    name = name.removeprefix("base_model.model.")
    return name.replace(".lora_A.default.weight", ".lora_A").replace(".lora_B.default.weight", ".lora_B")


def copies(tensors):
    return {name: value.detach().clone().contiguous() for name, value in tensors.items()}


def write_training(folder, model, tokens, labels, generator):
    """Adapters on all seven maps: gradients of the summed loss, and AdamW's steps on one batch."""
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=TARGETS)
    adapted = peft.get_peft_model(model, config).eval()
    with torch.no_grad():
        for name, parameter in sorted(adapted.named_parameters()):
            if "lora_" in name:
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    parameters = {canonical(name): value for name, value in adapted.named_parameters() if value.requires_grad}
    save_file(copies(parameters), folder / "lora-start.safetensors")
    step = torch.optim.AdamW(parameters.values(), lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    losses = []
    for index in range(STEPS):
        step.zero_grad()
        loss = summed_loss(adapted(tokens).logits, labels)
        loss.backward()
        losses.append(loss.item())
        if index == 0:
            save_file({key: value.grad.clone() for key, value in parameters.items()},
                      folder / "lora-gradients.safetensors")
        step.step()
        save_file(copies(parameters), folder / f"adamw-step{index + 1}.safetensors")
    return losses


def write_all(folder):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    losses = {}
    for index, (name, config) in enumerate(variants().items()):
        generator = torch.Generator().manual_seed(SEED + index)
        kind = transformers.AutoModelForSequenceClassification if name == "classifier" \
            else transformers.AutoModelForCausalLM
        model = kind.from_config(config, attn_implementation="eager").eval()
        randomise(model, generator)
        model.save_pretrained(folder / name)
        tokens = torch.randint(0, VOCABULARY, (BATCH, TOKENS), generator=generator)
        outputs = 3 if name == "classifier" else VOCABULARY
        labels = torch.randint(0, outputs, (BATCH, TOKENS), generator=generator)
        labels[0, :5] = -100
        labels[1, 9:] = -100
        with torch.no_grad():
            logits = token_logits(model, tokens)
        save_file({"logits": logits.contiguous()}, folder / name / "golden-logits.safetensors")
        record = {"tokens": tokens.flatten().tolist(), "labels": labels.flatten().tolist(),
                  "loss": summed_loss(logits, labels).item()}
        if name in TRAINED:
            record["adamw"] = write_training(folder / name, model, tokens, labels, generator)
        losses[name] = record
    (folder / "losses.json").write_text(json.dumps(losses, indent=1) + "\n")


def manifest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    versions = {module.__name__: module.__version__ for module in (peft, torch, transformers)}
    return {
        "generator": "tools/golden/llama.py",
        "seed": SEED,
        "versions": versions,
        "sha256": {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the recorded hashes, change nothing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside)
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
