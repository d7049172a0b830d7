"""Makes the smallest model that a real server takes for a language model, so that tests need no download.

A bigram table folded into Llama's weights: the embedding of a token is a one in its own place, attention and
feed-forward add nothing, and the head has a row of log P(next | last) for each place. What it says is readable, the
same each time at temperature 0, and ends by itself. Some of its characters take several tokens, as emoji do with real
models. 3 MB, made in well under a second.

Run as `python tiny_gguf.py FILE`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np

FIRST = "The caf\u00e9 serves whoever waits in line \U0001f600."
"""What it says at temperature 0: the commonest line, none of whose tokens comes twice in it."""
TEXT = (
    *(FIRST,) * 9,
    "A bench sends many requests at once and tells you how long each of them took.",
    "Tokens come one by one, and the first of them is what a user waits for.",
    "Most words here are made of two or three tokens, for the table is small.",
    "Four places are kept \u2013 whoever comes fifth has to wait.",
    "\u00dcber die Br\u00fccke, s'il vous pla\u00eet, \u6771\u4eac.",
)
END, SAYS, SAID = "<|end|>", "<|im_start|>", "<|im_end|>"
SPECIAL = (END, SAYS, SAID)
TEMPLATE = (
    "{% for message in messages %}" + SAYS + "{{ message['role'] }}\n{{ message['content'] }}" + SAID + "\n{% endfor %}"
    "{% if add_generation_prompt %}" + SAYS + "assistant\n{% endif %}"
)
CONTEXT = 4096
WIDTH = 448
"""Tokens, and places of an embedding: the two are the same here."""
FEED = 32
HEAD = 64
UNLIKELY = -30.0
"""The logarithm of a chance that never comes."""
WORDS = re.compile(r" ?\w+| ?[^\s\w]+|\s+")


def letters() -> dict[int, str]:
    """How byte-level vocabularies write each byte as a letter that can be seen (GPT-2's table)."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return {byte: chr(byte) for byte in seen} | {byte: chr(256 + place) for place, byte in enumerate(hidden)}


LETTERS = letters()


def spelled(word: str) -> list[str]:
    """A word as the letters of its bytes."""
    return [LETTERS[byte] for byte in word.encode()]


def merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    """The parts of a word with each occurrence of a pair made one."""
    whole: list[str] = []
    for part in parts:
        if whole and (whole[-1], part) == pair:
            whole[-1] += part
        else:
            whole.append(part)
    return whole


def learned(lines: tuple[str, ...], count: int) -> tuple[list[list[list[str]]], list[tuple[str, str]]]:
    """Byte pair encoding: each line's words in parts, and the merges that make them, the most frequent pair first.
    Characters of several bytes are left in bytes."""
    words = [[spelled(word) for word in WORDS.findall(line)] for line in lines]
    merges: list[tuple[str, str]] = []
    plain = {LETTERS[byte] for byte in range(128)}
    while len(merges) < count:
        pairs = Counter(
            pair for line in words for word in line for pair in pairwise(word) if set("".join(pair)) <= plain
        )
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = [[merged(word, best) for word in line] for line in words]
    return words, merges


def head(lines: list[list[str]], tokens: list[str]) -> np.ndarray:
    """log P(next | last), a row for each next and a column for each last one. What no line has is followed by the
    beginning of one."""
    place = {token: number for number, token in enumerate(tokens)}
    follows = np.zeros((WIDTH, WIDTH))
    begins = np.zeros(WIDTH)
    for line in lines:
        begins[place[line[0]]] += 1
        for last, following in pairwise([*line, END]):
            follows[place[following], place[last]] += 1
    total = follows.sum(axis=0)
    follows[:, total == 0] = begins[:, None]
    chance = follows / follows.sum(axis=0)
    return np.where(chance > 0, np.log(np.maximum(chance, 1e-9)), UNLIKELY).astype(np.float32)


def write(path: Path) -> None:
    """Writes the model."""
    words, merges = learned(TEXT, WIDTH - len(LETTERS) - len(SPECIAL))
    tokens = [*LETTERS.values(), *("".join(pair) for pair in merges), *SPECIAL]
    lines = [[part for word in line for part in word] for line in words]
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer)
    _vocabulary(writer, tokens, merges)
    _weights(writer, head(lines, tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter) -> None:
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(WIDTH // HEAD)
    writer.add_head_count_kv(1)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(WIDTH)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def _vocabulary(writer: gguf.GGUFWriter, tokens: list[str], merges: list[tuple[str, str]]) -> None:
    unused = [f"<|unused{number}|>" for number in range(WIDTH - len(tokens))]
    kinds = [gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*tokens, *unused])
    writer.add_token_types([*kinds, *(gguf.TokenType.UNUSED for _ in unused)])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_eos_token_id(tokens.index(END))
    writer.add_eot_token_id(tokens.index(SAID))
    writer.add_add_bos_token(value=False)
    writer.add_chat_template(TEMPLATE)


def _weights(writer: gguf.GGUFWriter, logarithms: np.ndarray) -> None:
    """What the norms do to a one among zeros is undone by the last of them."""
    none = np.zeros((WIDTH, WIDTH), np.float32)
    ones = np.ones(WIDTH, np.float32)
    writer.add_tensor("token_embd.weight", np.eye(WIDTH, dtype=np.float32))
    writer.add_tensor("output_norm.weight", ones / np.sqrt(WIDTH, dtype=np.float32))
    writer.add_tensor("output.weight", logarithms)
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", ones)
    for name, rows in (("attn_q", WIDTH), ("attn_k", HEAD), ("attn_v", HEAD), ("attn_output", WIDTH)):
        writer.add_tensor(f"blk.0.{name}.weight", none[:rows])
    for name, shape in (("ffn_gate", (FEED, WIDTH)), ("ffn_up", (FEED, WIDTH)), ("ffn_down", (WIDTH, FEED))):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros(shape, np.float32))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
