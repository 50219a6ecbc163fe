#!/usr/bin/env python3
"""Makes tiny LLaMA models and adapters by real peft, with the logits and the merged weights that they give.

Usage: python tools/golden/peft_llama.py            (from the repository's root; versions in tools/golden/requirements.txt)
       python tools/golden/peft_llama.py --check    (make them aside and compare with the recorded hashes)

The adapters of the vision transformer go onto the base that tools/golden/vit.py made. Everything is seeded and runs on
one CPU thread in fp32.
"""

import argparse
import hashlib
import json
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import peft
import safetensors
import torch
import transformers
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from safetensors.torch import load_file, save_file

SEED = 20250321
TARGET = Path("model/src/test/resources/golden-peft")
VIT = Path("model/src/test/resources/golden")
TOKENS = torch.tensor([[1, 5, 9, 30, 2, 17, 8, 39], [1, 22, 3, 3, 14, 7, 35, 11]])
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]

# Name: base, task and what LoraConfig is given. The patterns are of every kind that peft matches: an end, an end
# with a dot, a regular expression, a whole name. Where two match, the first in the file counts; peft sorts them there,
# so the results are those of an adapter that was saved and loaded again.
ADAPTERS = {
    "plain": ("llama", TaskType.CAUSAL_LM, dict(r=4, lora_alpha=8, lora_dropout=0.1, target_modules=["q_proj", "v_proj"])),
    "patterns": (
        "llama",
        TaskType.CAUSAL_LM,
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["q_proj", "v_proj", "up_proj", "down_proj"],
            rank_pattern={"self_attn.q_proj": 3, r"model\.layers\.[12]\.mlp\.up_proj": 5},
            alpha_pattern={"model.layers.0.self_attn.v_proj": 16, r"layers\.2\..*": 3, "down_proj": 1},
        ),
    ),
    "layers": (
        "llama",
        TaskType.CAUSAL_LM,
        dict(r=2, lora_alpha=4, target_modules=["q_proj", "gate_proj"], layers_to_transform=[1]),
    ),
    "blocks": (
        "llama",
        TaskType.CAUSAL_LM,
        dict(r=2, lora_alpha=6, target_modules=r"model\.layers\.(0\.self_attn\.(q|o)_proj|2\.mlp\.(gate|down)_proj)"),
    ),
    "rslora": (
        "llama",
        TaskType.CAUSAL_LM,
        dict(r=4, lora_alpha=4, target_modules=ATTENTION, use_rslora=True, rank_pattern={"k_proj": 2}),
    ),
    "head": (
        "llama",
        TaskType.CAUSAL_LM,
        dict(r=2, lora_alpha=2, target_modules=["o_proj"], modules_to_save=["lm_head"]),
    ),
    "tied-head": (
        "llama-tied",
        TaskType.CAUSAL_LM,
        dict(r=2, lora_alpha=2, target_modules=["o_proj"], modules_to_save=["lm_head"]),
    ),
    "classes": ("llama", TaskType.SEQ_CLS, dict(r=2, lora_alpha=4, target_modules=["q_proj", "down_proj"])),
    "vit-patterns": (
        "hf",
        None,
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["q_proj", "k_proj", "v_proj", "fc1", "fc2"],
            exclude_modules=["vit.layers.1.mlp.fc1", "layers.2.attention.k_proj"],
            rank_pattern={"v_proj": 3, r".*\.0\.mlp\.fc2": 4},
            alpha_pattern={"layers.2.attention.q_proj": 10, "k_proj": 1},
            modules_to_save=["classifier"],
        ),
    ),
}


def llama(tied):
    config = transformers.LlamaConfig(
        vocab_size=40,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=32,
        tie_word_embeddings=tied,
        bos_token_id=1,
        eos_token_id=2,
        attn_implementation="eager",
    )
    model = transformers.LlamaForCausalLM(config).eval()
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.2 * noise if parameter.dim() == 1 else noise * parameter.shape[-1] ** -0.5)
    return model


def base_model(folder, name, task):
    if task == TaskType.SEQ_CLS:
        torch.manual_seed(SEED)
        return transformers.AutoModelForSequenceClassification.from_pretrained(
            folder / name, num_labels=3, attn_implementation="eager"
        )
    if task == TaskType.CAUSAL_LM:
        return transformers.AutoModelForCausalLM.from_pretrained(folder / name, attn_implementation="eager")
    return transformers.ViTForImageClassification.from_pretrained(VIT / name, attn_implementation="eager")


def logits(model, task):
    with torch.no_grad():
        if task is None:
            return model(load_file(VIT / "forward.safetensors")["pixels"]).logits
        if task == TaskType.SEQ_CLS:
            # One row at a time: without filling no token for it is needed.
            return torch.cat([model(row[None]).logits for row in TOKENS])
        return model(TOKENS).logits


def randomise(model, generator):
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "lora_" in name:
                parameter.copy_(0.4 * torch.randn(parameter.shape, generator=generator))
            elif "modules_to_save" in name:
                parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))


def write_adapter(folder, name):
    base, task, options = ADAPTERS[name]
    model = get_peft_model(base_model(folder, base, task), LoraConfig(task_type=task, **options)).eval()
    randomise(model, torch.Generator().manual_seed(SEED + 1 + list(ADAPTERS).index(name)))
    model.save_pretrained(folder / name, save_embedding_layers=False)
    (folder / name / "README.md").unlink(missing_ok=True)
    settle(folder / name / "adapter_config.json")
    model = PeftModel.from_pretrained(base_model(folder, base, task), folder / name).eval()
    found = {f"{name}.logits": logits(model, task).clone()}
    if task is not None:
        stored = load_file(folder / base / "model.safetensors")
        for key, value in model.merge_and_unload().state_dict().items():
            if key not in stored or not torch.equal(stored[key], value):
                found[f"{name}.merged.{key}"] = value.clone()
    return found


def settle(file):
    """Sets have another order from run to run in peft's files, and paths are of this machine."""
    config = json.loads(file.read_text())
    for key in ["target_modules", "exclude_modules"]:
        if isinstance(config[key], list):
            config[key].sort()
    config["base_model_name_or_path"] = "somewhere/tiny"
    file.write_text(json.dumps(config, indent=2) + "\n")


def write_half(folder):
    """The plain adapter in bf16, as a model that was trained in bf16 gives it."""
    shutil.copytree(folder / "plain", folder / "plain-bf16")
    file = folder / "plain-bf16/adapter_model.safetensors"
    save_file({key: value.bfloat16() for key, value in load_file(file).items()}, file, metadata={"format": "pt"})
    model = PeftModel.from_pretrained(base_model(folder, "llama", TaskType.CAUSAL_LM), folder / "plain-bf16")
    return {"plain-bf16.logits": logits(model.eval(), TaskType.CAUSAL_LM).clone()}


def write_all(folder):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    llama(False).save_pretrained(folder / "llama")
    llama(True).save_pretrained(folder / "llama-tied")
    expected = {"tokens": TOKENS.clone()}
    for base in ["llama", "llama-tied"]:
        expected[f"{base}.logits"] = logits(base_model(folder, base, TaskType.CAUSAL_LM), TaskType.CAUSAL_LM)
    for name in ADAPTERS:
        expected.update(write_adapter(folder, name))
    expected.update(write_half(folder))
    save_file({key: value.contiguous() for key, value in expected.items()}, folder / "expected.safetensors")


def manifest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {
        "generator": "tools/golden/peft_llama.py",
        "seed": SEED,
        "versions": {
            "python": platform.python_version(),
            "peft": peft.__version__,
            "safetensors": safetensors.__version__,
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
        folder = Path(aside) / "golden-peft"
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
