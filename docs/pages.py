"""The pages of the guide that are made from the program: commands, configuration, rules in the menu.

    python docs/pages.py    writes docs/commands.md and docs/configuration-reference.md anew

mkdocs runs it as a hook, for the menu. A test compares the pages with what it would write.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_origin

from aiready.checks.catalogue import load
from aiready.checks.config.schema import SHIPPED
from aiready.cli.commands import COMMANDS
from aiready.cli.declare import Arg
from aiready.cli.plain import Parameter, parameters

DOCS = Path(__file__).resolve().parent
MADE = "<!-- made by docs/pages.py -->\n"
Schema = Mapping[str, Any]


def on_config(config: Any) -> Any:
    """For mkdocs: the rules in the menu, by area, as the catalogue has them."""
    catalogue = load()
    areas = {item.id: item.area for item in catalogue.items}
    menu = [
        {area.title: [{rule.name: f"rules/{rule.name}.md"} for rule in catalogue.rules if areas[rule.item] == area.id]}
        for area in catalogue.areas
    ]
    config.nav.insert(4, {"Rules": menu})
    return config


def commands() -> str:
    """`docs/commands.md`."""
    parts = [
        "# Commands\n",
        "Results go to standard output, progress and mistakes to standard error. Exit statuses, of all:\n",
        "| status | means |",
        "| --- | --- |",
        "| 0 | all is well |",
        "| 1 | findings at or above the fail level, or a gate that failed |",
        "| 2 | the user's mistake: nothing was done |",
        "| 3 | the job could not be done |",
        "| 4 | measured, but not decidable |\n",
    ]
    for name, command in COMMANDS.items():
        known = parameters(command)
        takes = "".join(f" [{one.said.metavar}]" for one in known if isinstance(one.said, Arg))
        parts += [
            f"## aiready {name}\n",
            f"    aiready {name}{takes} [OPTIONS]\n",
            _plain(command.__doc__ or "") + "\n",
        ]
        parts += ["| option | means |", "| --- | --- |", *map(_option, known), ""]
    return _page(parts)


def _option(one: Parameter) -> str:
    if isinstance(one.said, Arg):
        return f"| `{one.said.metavar}` | {_cell(one.said.help)} |"
    flags = ", ".join(f"`{flag}`" for flag in one.said.flags)
    value = "|".join(one.choices) or one.said.metavar or ""
    shown = f" `{_cell(value)}`" if value else ""
    return f"| {flags}{shown} | {_cell(one.said.help)}{_default(one)} |"


def _default(one: Parameter) -> str:
    if one.kind is bool or one.default in {None, "", 0} or get_origin(one.kind) is list:
        return ""
    return f" Default: {one.default}."


def configuration() -> str:
    """`docs/configuration-reference.md`: every key of the JSON Schemas, in their order."""
    parts = [
        "# Configuration reference\n",
        "Every key of `aiready.yaml`, or of `[tool.aiready]` in `pyproject.toml`, as the JSON Schemas that ship have",
        "them. What they mean together, and an example: [Configuration](configuration.md).\n",
    ]
    parts += _document(SHIPPED, "The configuration", "")
    return _page(parts)


def _document(path: Path, title: str, at: str) -> Iterator[str]:
    """A schema's keys, then its parts, then the schemas that it names."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    yield from _table(f"## {title}\n", schema, at)
    for name, part in sorted(schema.get("$defs", {}).items()):
        if "properties" in part:
            yield from _table(f"### {_title(at, name)}\n", part, at)
    for name, said in schema["properties"].items():
        if ".json" in said.get("$ref", ""):
            yield from _document((path.parent / said["$ref"]).resolve(), f"`{name}:`", name)


def _table(heading: str, schema: Schema, at: str) -> Iterator[str]:
    yield heading
    if schema.get("description"):
        yield _plain(schema["description"]) + "\n"
    yield "| key | value | means |"
    yield "| --- | --- | --- |"
    needed = schema.get("required", ())
    for name, said in schema["properties"].items():
        told = f"{_cell(said.get('description', ''))}{' Needed.' if name in needed else ''}"
        yield f"| `{name}` | {_cell(_type(said, at))} | {told} |"
    yield ""


def _type(said: Schema, at: str) -> str:
    """In words what a value may be."""
    if "$ref" in said:
        if ".json" in said["$ref"]:
            return "a table, see below"
        title = _title(at, said["$ref"].rpartition("/")[2])
        return f"[{title}](#{title.replace(' ', '-').lower()})"
    for word in ("anyOf", "oneOf"):
        if word in said:
            kinds = [_type(each, at) for each in said[word] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if "enum" in said:
        return ", ".join(f"`{each}`" for each in said["enum"])
    if "const" in said:
        return f"`{said['const']}`"
    return _simple(said, at)


def _simple(said: Schema, at: str) -> str:
    kind = said.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_type(said.get('items', {}), at)}"
    if kind == "object":
        inner = said.get("additionalProperties") or next(iter(said.get("patternProperties", {}).values()), None)
        return f"name -> {_type(inner, at)}" if isinstance(inner, dict) else "table"
    return {"string": "text", "integer": "whole number", "boolean": "`true` or `false`"}.get(str(kind), str(kind))


def _title(at: str, name: str) -> str:
    """A part's heading: those of several schemas may have the same name."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return f"{at} {words}".strip()


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _page(parts: list[str]) -> str:
    return MADE + "\n".join(parts).rstrip() + "\n"


PAGES = {"commands.md": commands, "configuration-reference.md": configuration}


if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
