#!/usr/bin/env python3
"""Compares what SplitTune computes with what Hugging Face's transformers and peft compute of the same files.

From SplitTune to peft and transformers: an adapter of a run, and the folder that `splittune export` wrote of it.
  splittune evaluate SCENARIO --set model.precision=fp32 --adapter RUN/adapter --save-logits LOGITS
  python tools/hf_check.py BASE --adapter RUN/adapter --merged MERGED --logits LOGITS

From peft to SplitTune: an adapter with random values, made and saved by peft.
  python tools/hf_check.py BASE --make ADAPTER [--kind plain|patterns|layers|head|rslora] [--classes N]
  splittune evaluate SCENARIO --set model.precision=fp32 --adapter ADAPTER --save-logits LOGITS
  python tools/hf_check.py BASE --adapter ADAPTER --logits LOGITS

Generated text, greedily:
  python tools/hf_check.py BASE --adapter RUN/adapter --prompt "Once upon" [--text "what SplitTune generated"]

LOGITS has tokens.npy (rows, tokens) and logits.npy (rows, tokens, outputs), or for images pixels.npy (rows, channels,
height, width) and logits.npy (rows, classes). Logits of a classifier of texts may be (rows, classes); then lengths.npy
(rows) says how many tokens of each row are real. Everything runs in fp32 on the CPU. Exits with 1 when something differs
by more than --tolerance, when an adapter lacks keys or has too many, or when texts differ.

Needs: pip install torch transformers peft safetensors numpy, for timm's models timm (tried versions:
tools/golden/requirements.txt).
"""

import argparse
import json
import sys
import warnings
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file

LLAMA_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
KINDS = {
    "plain": dict(r=4, lora_alpha=8),
    "patterns": dict(r=4, lora_alpha=8, rank_pattern={"q_proj": 2, r".*\.0\.mlp\..*": 6}, alpha_pattern={"v_proj": 3}),
    "layers": dict(r=4, lora_alpha=8, layers_to_transform=[0]),
    "head": dict(r=4, lora_alpha=8, modules_to_save=["lm_head"]),
    "rslora": dict(r=4, lora_alpha=8, use_rslora=True),
}


def is_text(folder):
    return json.loads((folder / "config.json").read_text()).get("model_type") in ("llama", "qwen2", "mistral")


def adapter_classes(adapter):
    """Rows of a classifier that the adapter brings: the base gets as many before the adapter goes on it."""
    for name, value in load_file(adapter / "adapter_model.safetensors").items():
        if name.split(".")[-2] in ("score", "classifier", "head"):
            return value.shape[0]
    return None


def load_model(folder, classes, image_size):
    if is_text(folder):
        from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

        architecture = json.loads((folder / "config.json").read_text())["architectures"][0]
        if classes is None and not architecture.endswith("ForSequenceClassification"):
            return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        options = {"num_labels": classes} if classes else {}
        return AutoModelForSequenceClassification.from_pretrained(
            folder, dtype=torch.float32, ignore_mismatched_sizes=True, **options
        ).eval()
    import peft_check

    config = json.loads((folder / "config.json").read_text())
    if "architecture" in config:
        return peft_check.timm_model(folder, config, image_size, classes).eval()
    return peft_check.hugging_face_model(folder, image_size, classes).eval()


def with_adapter(model, adapter, text):
    """Loads as users do, and once more for what peft says of the keys."""
    from peft import PeftModel, load_peft_weights, set_peft_model_state_dict

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(model, adapter).eval()
    result = set_peft_model_state_dict(model, load_peft_weights(str(adapter), device="cpu"))
    missing = [key for key in result.missing_keys if "lora_" in key or "modules_to_save" in key]
    problems = [f"warning: {str(item.message).splitlines()[0]}" for item in said if "key" in str(item.message)]
    # Adapters for Hugging Face's vision transformers carry the module names of transformers 4 and 5.
    unexpected = list(result.unexpected_keys or []) if text else []
    problems += [f"missing {key}" for key in missing] + [f"unexpected {key}" for key in unexpected]
    return model, problems


def compute(model, folder):
    with torch.no_grad():
        if (folder / "pixels.npy").exists():
            found = model(torch.from_numpy(numpy.load(folder / "pixels.npy")).float())
            return getattr(found, "logits", found)
        tokens = torch.from_numpy(numpy.load(folder / "tokens.npy")).long()
        inner = model.get_base_model() if hasattr(model, "get_base_model") else model
        if not hasattr(inner, "score"):
            return inner(tokens).logits
        # transformers gives the logits of a row's last token alone; this is the same for every token.
        every = inner.score(inner.model(tokens).last_hidden_state)
        if not (folder / "lengths.npy").exists():
            return every
        ends = torch.from_numpy(numpy.load(folder / "lengths.npy")).long() - 1
        return every[torch.arange(len(ends)), ends]


def compare(what, model, folder, tolerance):
    logits = compute(model, folder)
    wanted = torch.from_numpy(numpy.load(folder / "logits.npy")).float()
    if logits.shape != wanted.shape:
        print(f"{what}: logits have shape {tuple(logits.shape)}, those of SplitTune {tuple(wanted.shape)}: DIFFERENT")
        return False
    worst = (logits - wanted).abs().max().item()
    fits = worst <= tolerance
    print(f"{what}: largest difference {worst:.3g} of logits up to {wanted.abs().max().item():.3g}, "
          f"tolerance {tolerance:g}: {'ok' if fits else 'TOO LARGE'}")
    return fits


def generate(what, model, base, options):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    tokens = tokenizer(options.prompt, return_tensors="pt")
    with torch.no_grad():
        made = model.generate(**tokens, max_new_tokens=options.new_tokens, do_sample=False)
    text = tokenizer.decode(made[0, tokens["input_ids"].shape[1] :], skip_special_tokens=True)
    print(f"{what} generates: {text!r}")
    if options.text is None or text.strip() == options.text.strip():
        return True
    print(f"SplitTune generated: {options.text!r}: DIFFERENT")
    return False


def make(base, target, kind, classes):
    from peft import LoraConfig, get_peft_model

    settings = dict(KINDS[kind])
    if is_text(base):
        settings.update(target_modules=LLAMA_LINEAR, task_type="SEQ_CLS" if classes else "CAUSAL_LM")
        if classes:
            settings.pop("modules_to_save", None)
    else:
        settings.update(target_modules=["q_proj", "v_proj", "fc1"], modules_to_save=["classifier"])
    size = json.loads((base / "config.json").read_text()).get("image_size")
    torch.manual_seed(1)
    model = get_peft_model(load_model(base, classes, size), LoraConfig(**settings))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                scale = 1 if "lora_A" in name else 0.1
                parameter.copy_(scale * torch.randn(parameter.shape, generator=generator) * parameter.shape[1] ** -0.5)
            elif "modules_to_save" in name:
                parameter.add_(0.02 * torch.randn(parameter.shape, generator=generator))
    model.save_pretrained(target, save_embedding_layers=False)
    print(f"{target}: {kind} adapter with random values, by peft")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="folder of the base model")
    parser.add_argument("--adapter", type=Path, help="folder with adapter_config.json")
    parser.add_argument("--merged", type=Path, help="folder that splittune export wrote")
    parser.add_argument("--logits", type=Path, help="folder that evaluate --save-logits wrote")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--merged-tolerance", type=float, help="for a merged model whose weights are rounded (bf16)")
    parser.add_argument("--prompt")
    parser.add_argument("--text", help="what SplitTune generated greedily after the prompt")
    parser.add_argument("--new-tokens", type=int, default=32)
    parser.add_argument("--make", type=Path, metavar="ADAPTER", help="write an adapter with random values there")
    parser.add_argument("--kind", choices=sorted(KINDS), default="plain")
    parser.add_argument("--classes", type=int, help="of the adapter to make: a classifier's head with so many rows")
    options = parser.parse_args()
    if options.make:
        make(options.base, options.make, options.kind, options.classes)
        return
    if not (options.adapter or options.merged) or not (options.logits or options.prompt):
        parser.error("needed are --adapter or --merged, and --logits or --prompt; or --make")
    pixels = options.logits / "pixels.npy" if options.logits else Path("")
    size = numpy.load(pixels).shape[-1] if pixels.is_file() else None
    good = True
    checks = [("peft", options.adapter)] if options.adapter else []
    checks += [("merged", options.merged)] if options.merged else []
    for what, folder in checks:
        if what == "peft":
            model = load_model(options.base, adapter_classes(folder), size)
            model, problems = with_adapter(model, folder, is_text(options.base))
            for problem in problems:
                print(f"{folder}: {problem}")
            good &= not problems
        else:
            model = load_model(folder, None, size)
        tolerance = options.merged_tolerance if what == "merged" and options.merged_tolerance else options.tolerance
        if options.logits:
            good &= compare(what, model, options.logits, tolerance)
        if options.prompt:
            good &= generate(what, model, options.base, options)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
