"""Keys as providers draw them, for the tests that look for them; none is anybody's."""

from __future__ import annotations

import random
import string

HEX = "0123456789abcdef"
WORD = string.ascii_letters + string.digits


def drawn(length: int, alphabet: str = WORD, seed: int = 7) -> str:
    """As a provider draws its keys; made at run time, so that no scanner takes the test for a leak."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


KEYS = {
    "openai": "sk-" + drawn(48),
    "openai project": "sk-proj-" + drawn(60, WORD + "_-") + "T3BlbkFJ" + drawn(40),
    "openai service": "sk-svcacct-" + drawn(70),
    "anthropic": "sk-ant-api03-" + drawn(93, WORD + "_-"),
    "openrouter": "sk-or-v1-" + drawn(64, HEX),
    "langfuse": "sk-lf-1d3a0c7e-52b8-4f69-8a1d-0c7e52b84f69",
    "deepseek": "sk-" + drawn(32, HEX),
    "google-genai": "AIza" + drawn(35, WORD + "_-"),
    "groq": "gsk_" + drawn(52),
    "huggingface_hub": "hf_" + drawn(34),
    "replicate": "r8_" + drawn(37),
    "xai-sdk": "xai-" + drawn(80),
    "perplexity": "pplx-" + drawn(48),
    "fireworks": "fw_" + drawn(24),
    "nvidia": "nvapi-" + drawn(64, WORD + "_-"),
    "langsmith": f"lsv2_pt_{drawn(32, HEX)}_{drawn(10, HEX)}",
    "pinecone": f"pcsk_{drawn(6)}_{drawn(60)}",
}
