#!/usr/bin/env python3
"""Makes the golden files of tokenizers and chat templates from real tokenizers and transformers.

Usage: python tools/golden/tokenizers_and_templates.py            (from the repository's root)
       python tools/golden/tokenizers_and_templates.py --check    (make them aside and compare with the recorded hashes)

Tiny tokenizers are trained on a few sentences of our own; the templates are ours too, in the form that models have.
`manifest.json` records the versions and the SHA-256 of each file. Python is needed to make these files anew, never to
build or to test.
"""

import json
import math
from pathlib import Path

import tokenizers
import transformers
from goldenfiles import main
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers.utils.chat_template_utils import render_jinja_template

TARGET = Path("model/src/test/resources/golden-text")

CORPUS = [
    "The quiet river runs below the old mill, and the miller counts his sacks of flour.",
    "On market days the farmers bring eggs, cheese and apples; the baker brings bread.",
    "A boat goes from the harbor to the island at nine, at noon and at half past four.",
    "If it rains, the children stay at home and build a tower of 27 wooden blocks.",
    "Who sells soup by the bridge? The Blue Fern does, and it costs only 3 coins.",
    "She wrote: \"Don't wait for me, I'll be late.\" They didn't wait.",
] * 4

TEXTS = [
    "",
    "river",
    " river",
    "The river runs below the old mill.",
    "two  spaces,   three, and a tab\tand a line\nand two\n\nlines\r\n",
    "Ends with a space ",
    "It costs 1234567890 coins, doesn't it?",
    "Zo\u00eb's na\u00efve caf\u00e9 \u2014 \u201cquoted\u201d",
    "\u65e5\u672c\u8a9e\u306e\u6587\u3068 \u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u062e\u0637",
    "\U0001f600 and \U0001f469\u200d\U0001f680, then \u2602",
    "control \u0001 and zero \u0000 end",
    "special </s> inside <s>",
]


def specials(first):
    return [AddedToken(text, special=True, normalized=False) for text in first]


def start_template(token, number):
    return processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A {token}:1 $B:1", special_tokens=[(token, number)]
    )


def byte_level():
    """As GPT-2 and LLaMA 3: byte-level BPE behind a regular expression."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(
                Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
                behavior="isolated",
            ),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=specials(["<|begin|>", "<|end|>"]),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(CORPUS, trainer)
    made.post_processor = start_template("<|begin|>", made.token_to_id("<|begin|>"))
    return made, "<|begin|>", "<|end|>"


def byte_fallback():
    """As LLaMA 2: SentencePiece's BPE, a space in front, bytes for what it does not know."""
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    bytes_of = [f"<0x{value:02X}>" for value in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=120, special_tokens=[], show_progress=False)
    trained.train_from_iterator(CORPUS, trainer)
    learnt = json.loads(trained.to_str())["model"]
    vocabulary = {token: number for number, token in enumerate(["<unk>", "<s>", "</s>"] + bytes_of)}
    for token in sorted(learnt["vocab"], key=learnt["vocab"].get):
        vocabulary.setdefault(token, len(vocabulary))
    merges = [tuple(pair) for pair in learnt["merges"]]
    made = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    made.normalizer = trained.normalizer
    made.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    made.add_special_tokens(specials(["<unk>", "<s>", "</s>"]))
    made.post_processor = start_template("<s>", 1)
    return made, "<s>", "</s>"


def unigram():
    """As SentencePiece's Unigram, without a start token; scores by counting, since training gives no same numbers twice."""
    words = " ".join(CORPUS).split()
    counts = {}
    for word in words:
        piece = "\u2581" + word
        for end in range(1, len(piece) + 1):
            for begin in range(max(0, end - 4), end):
                counts[piece[begin:end]] = counts.get(piece[begin:end], 0) + end - begin
    kept = sorted((piece for piece in counts if len(piece) == 1 or counts[piece] > 60), key=lambda piece: (-counts[piece], piece))
    total = sum(counts.values())
    scores = [(piece, round(math.log(counts[piece] / total), 4)) for piece in kept]
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("</s>", 0.0), *scores], unk_id=0, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.add_special_tokens(specials(["<unk>", "</s>"]))
    return made, None, "</s>"


def bytes_only():
    """The built-in model's: what Java writes must be this."""
    alphabet = bytes_to_unicode()
    vocabulary = {alphabet[value]: value for value in range(256)}
    vocabulary |= {"<s>": 256, "</s>": 257, "<pad>": 258}
    made = Tokenizer(models.BPE(vocabulary, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.decoder = decoders.ByteLevel(add_prefix_space=False, use_regex=False)
    made.add_special_tokens(specials(["<s>", "</s>", "<pad>"]))
    made.post_processor = start_template("<s>", 256)
    return made, "<s>", "</s>"


def bytes_to_unicode():
    """GPT-2's characters for bytes."""
    shown = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [value for value in range(256) if value not in shown]
    return {value: chr(value) for value in shown} | {value: chr(256 + i) for i, value in enumerate(others)}


def tokenizer_files(out):
    for name, make in {
        "byte-level": byte_level,
        "byte-fallback": byte_fallback,
        "unigram": unigram,
        "bytes": bytes_only,
    }.items():
        made, start, end = make()
        out(f"{name}.tokenizer.json", [made.to_str(pretty=True)])
        config = {"eos_token": end, "clean_up_tokenization_spaces": False, "tokenizer_class": "PreTrainedTokenizerFast"}
        if start:
            config["bos_token"] = start
        out(f"{name}.tokenizer_config.json", [json.dumps(config, indent=2)])
        # Through transformers, so that it is known to load what is written.
        fast = transformers.PreTrainedTokenizerFast(tokenizer_object=made, bos_token=start, eos_token=end)
        cases = [
            {
                "text": text,
                "ids": fast.encode(text, add_special_tokens=True),
                "plain": fast.encode(text, add_special_tokens=False),
                "decoded": made.decode(made.encode(text).ids, skip_special_tokens=True),
            }
            for text in TEXTS
        ]
        facts = {"size": made.get_vocab_size(), "start": fast.bos_token_id, "end": fast.eos_token_id, "cases": cases}
        out(f"{name}.golden.json", [json.dumps(facts, indent=1)])


TEMPLATES = {
    "chatml": """{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou answer briefly.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
""",
    "llama3": """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- set date_string = "1 May 2024" %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    "llama2": """{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('The turns of user and assistant must alternate') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}""",
    "zephyr": """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>
'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}""",
    "smollm": """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are of good help<|im_end|>
' }}{% endif %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}""",
    "macro": """{%- macro turn(role, text) -%}
    {{- '[' ~ role | upper ~ '] ' ~ text | trim ~ eos_token -}}
{%- endmacro -%}
{%- set seen = namespace(system=false, count=0) -%}
{%- for message in messages -%}
    {%- if message.role == 'system' -%}
        {%- set seen.system = true -%}
    {%- endif -%}
    {%- set seen.count = seen.count + 1 -%}
    {{- turn(message.role, message.content) }}
{% endfor -%}
{{- seen.count }} {{ 'with' if seen.system else 'without' }} system, last {{ messages[-1].role | tojson }}
{%- if tools is defined and tools is not none %} tools{% endif %}
{%- if add_generation_prompt %}[ASSISTANT] {% endif %}""",
}

CONVERSATIONS = {
    "system": [
        ("system", "Say it shortly. "),
        ("user", " What is 2 + 3?"),
        ("assistant", "It is 5.\n"),
        ("user", "And one more?\n\n"),
        ("assistant", "6 <b>&</b> 'q' \"z\""),
    ],
    "plain": [("user", "Hello {{ you }} {% raw %}\\n \u2602"), ("assistant", "Hi")],
    "question": [("user", "a"), ("assistant", "b"), ("user", "c")],
}


def template_file(out):
    cases = []
    for name, template in TEMPLATES.items():
        for conversation in CONVERSATIONS.values():
            messages = [{"role": role, "content": content} for role, content in conversation]
            for generation in (False, True):
                texts, _ = render_jinja_template(
                    conversations=[messages],
                    chat_template=template,
                    add_generation_prompt=generation,
                    bos_token="<s>",
                    eos_token="</s>",
                )
                cases.append({"template": name, "messages": messages, "generation": generation, "text": texts[0]})
    out("templates.json", [json.dumps({"templates": TEMPLATES, "cases": cases}, indent=1)])


def versions(out):
    out("versions.json", [json.dumps({"tokenizers": tokenizers.__version__, "transformers": transformers.__version__})])


if __name__ == "__main__":
    main(__doc__, TARGET, 0, [tokenizer_files, template_file, versions])
