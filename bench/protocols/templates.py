"""Templates of the user's own request: `{{name}}` in a path, a form or the texts of a JSON value.

A text that is nothing but `{{name}}` becomes the value itself, so that messages stay a list and a number a number, and
a member whose value isn't given is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ..mistakes import UnfitRequest
from .interface import Json, Options, Prompt
from .jsons import is_list, is_object

FIELD = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")


def values(prompt: Prompt, options: Options) -> Json:
    """What a template may name. The prompt's own fields win."""
    asked = [each.text for each in prompt.turns if each.role == "user"]
    return {
        "prompt": asked[-1] if asked else "",
        "text": prompt.text,
        "system": prompt.system,
        "messages": [{"role": each.role, "content": each.text} for each in prompt.messages],
        "model": options.model,
        "max_output": options.max_output,
        "temperature": options.temperature,
        "stream": options.stream,
        **prompt.fields,
    }


def filled(template: Any, given: Mapping[str, Any]) -> Any:
    """A JSON value with its templates filled in. Raises UnfitRequest for a name that nothing gives."""
    if isinstance(template, str):
        whole = FIELD.fullmatch(template)
        return _given(whole[1], given) if whole else filled_text(template, given)
    if is_object(template):
        made = {filled_text(key, given): (each, filled(each, given)) for key, each in template.items()}
        return {key: new for key, (old, new) in made.items() if new is not None or old is None}
    return [filled(each, given) for each in template] if is_list(template) else template


def filled_text(template: str, given: Mapping[str, Any]) -> str:
    """A text with its templates filled in."""
    return FIELD.sub(lambda match: _written(_given(match[1], given)), template)


def filled_path(template: str, given: Mapping[str, Any]) -> str:
    """A path whose values are quoted, so that none can lead elsewhere."""
    return FIELD.sub(lambda match: _quoted(_written(_given(match[1], given))), template)


def _quoted(value: str) -> str:
    """A value as part of a path; one of dots alone would be a step up."""
    return quote(value, safe="") if value.strip(".") else value.replace(".", "%2E")


def _given(name: str, given: Mapping[str, Any]) -> Any:
    if name not in given:
        raise UnfitRequest(
            [f"the template asks for {{{{{name}}}}}, but the prompt has only: {', '.join(sorted(given))}"]
        )
    return given[name]


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
