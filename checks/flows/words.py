"""Names by which a walk knows what a function does with a text."""

from __future__ import annotations

import re

DEPTH = 6
"""Functions of the project that an answer is handed down through."""
TEXTUAL = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "replace", "format", "encode",
    "decode", "removeprefix", "removesuffix", "expandtabs", "translate", "zfill", "center", "ljust", "rjust",
    "swapcase",
})  # fmt: skip
ASKING = frozenset({
    "startswith", "endswith", "find", "rfind", "index", "rindex", "count", "isdigit", "isnumeric", "isalpha", "isspace",
    "raise_for_status", "close", "__contains__", "keys", "__len__",
})  # fmt: skip
"""Methods that say something of a text and give nothing of it."""
CUTTING = frozenset({"split", "rsplit", "partition", "rpartition", "splitlines"})
WHOLE = frozenset({
    "model_dump", "dict", "to_dict", "copy", "deepcopy", "model_copy", "result",
    "as_dict", "items", "values", "append", "extend",
    "__aenter__", "__enter__", "__iter__", "__aiter__", "__next__",
})  # fmt: skip
"""Methods whose result is as good as the object."""
DUMPING = frozenset({"model_dump_json", "to_json"})
"""Methods that write an object as JSON."""
DUMPS = frozenset({"json.dumps", "orjson.dumps", "ujson.dumps", "simplejson.dumps"})
"""Functions that do."""
DECODING = frozenset({"json", "get_json"})
FILLING = {
    "append": True, "appendleft": True, "add": True, "put": True, "put_nowait": True, "insert": True,
    "extend": False, "update": False, "push": True, "setdefault": True, "set_result": False,
}  # fmt: skip
"""Methods that put an argument into an object, and whether as one element."""
WRITING = frozenset({"write", "writelines", "write_text"})
READING = frozenset({"read_text", "read_bytes", "open", "open_file"})
"""Functions, and methods of a path, that give what stands in a file."""
DETOKENIZING = frozenset({"decode", "batch_decode"})
TAKING = frozenset({"get", "pop", "setdefault"})
DRAWING = frozenset({"popleft", "get_nowait", "get", "pop"})
ROOTS = frozenset({
    "asyncio", "anyio", "copy", "textwrap", "html", "typing", "itertools", "functools", "contextlib", "io",
    "unicodedata", "collections", "concurrent", "trio",
})  # fmt: skip
"""Modules of Python whose functions give back what they are given."""
BUILTINS = frozenset({
    "str", "repr", "list", "tuple", "dict", "set", "iter", "aiter", "next", "anext", "reversed", "sorted",
    "filter", "getattr", "enumerate", "zip", "map", "format", "bytes", "vars",
})  # fmt: skip
TEXTS = frozenset({
    "re.sub", "re.subn", "regex.sub", "regex.subn", "html.escape", "html.unescape", "markdown.markdown",
    "bleach.clean", "shlex.quote", "urllib.parse.quote", "urllib.parse.unquote", "base64.b64decode",
    "base64.b64encode", "base64.urlsafe_b64decode", "binascii.unhexlify", "bytes.fromhex", "codecs.decode",
    "codecs.encode", "gzip.decompress", "zlib.decompress", "shlex.join",
})  # fmt: skip
"""Functions that make other text of it."""
COMPILED = re.compile(r"^(re|regex)\.compile\.")
"""How the functions of a pattern begin that was compiled first."""
WORDS = frozenset({"shlex.split", "textwrap.wrap"})
"""Functions that make a list of text of it."""
NUMBERS = frozenset({"int", "float"})
NUMBER = "int()"
"""Stands for them among what took the harm out of an answer."""
VALIDATING = ("pydantic", "sqlmodel", "msgspec")
"""Packages whose classes check what they are made of."""
INTERPRETER = re.compile(r"(?i)python|executable|interpreter|\b(?:ba|z)?sh\b|\bnode\b|\bRscript\b|\bdeno\b")
LOADING = ("import_module", "run_path", "exec", "system", "spec_from_file_location")
"""Functions that run the file they are given."""
CLEANING = ("</", "<think", "[/", "<|", "\n", " ", ". ")
"""What a text is split at to clean it, or to show its lines or sentences."""
SPACES = re.compile(r"\\[snrtbhRvAZW]|\(\?<?[=!][^)]*\)|\{[\d,]*\}|[\[\]+*?^$.!]|^\((?!\?).*\)$")
"""What is left out of a pattern to see whether it cuts at lines or sentences alone, or leaves what it cuts at."""
TOKENS = re.compile(
    r"^(?:\\b)?(?:\\w|\[(?=[^\]]*(?:\\w|a-z))(?:\\w|a-z|A-Z|0-9|[_'-]|[^\x00-\x7f])+\])(?:\+|\{\d+,\})(?:\\b)?$"
)
"""A pattern whose finds are the words of a text, to search or to count them."""
COUNTS = re.compile(
    r"(?i)^(?:.*_)?usage(?:_.*)?$|usagemetadata|tokens?_?(?:count|usage)|(?:input|output|prompt|completion|total)_?tokens"
    r"|eval_count|response_cost"
)
"""What a response calls its token counts, whoever sends it."""
ASIDE = frozenset({
    "id", "created", "model", "object", "finish_reason", "stop_reason", "finishReason", "status_code", "headers",
    "system_fingerprint", "logprobs", "role", "index", "done_reason", "done", "incomplete_details", "ok",
})  # fmt: skip
"""What a response says besides its answer."""
LOGGING = ("log", "record", "track", "audit", "trace", "emit")
STORING = ("save", "store", "persist", "write", "insert")
TALK = re.compile(r"message|chat|convers|history|turn|interaction|completion|exchange|transcript|usage|prompt|log|llm")
"""What a stored thing is called that tells later what was said."""


def is_logging(name: str) -> bool:
    """Whether a function's name says that it keeps what it is given: `log_prompt`, `_record`, `save_message`, and
    `add_log_entry`, but not `add_message`, which may only put it into the next prompt."""
    words = name.lower().strip("_").split("_")
    stored = words[0] in STORING and any(TALK.search(word) for word in words[1:])
    logged = len(words) > 1 and (words[-1] == "log" or (words[0] == "add" and "log" in words))
    return words[0] in LOGGING or logged or stored
