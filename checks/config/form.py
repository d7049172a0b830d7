"""The form of a configuration, which is also the JSON Schema that ships with it.

pydantic is loaded only where a project has a configuration.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Dotted = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Kind = Literal["chat", "completion", "embedding", "image", "audio", "moderation", "rerank", "ocr", "batch"]
Limits = dict[str, dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]]


class Form(BaseModel):
    """What all parts have in common: no key that isn't known, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, title="aiready")


class Attest(Form):
    """What somebody vouches for because no file of the project can show it."""

    item: Annotated[str, Field(description="Id of a checklist item, such as `cost.alerts`.")]
    statement: Annotated[Text, Field(description="What is so, in a sentence.")]
    by: Annotated[Text, Field(description="Who vouches for it.")]
    on: Annotated[date, Field(strict=False, description="When it was looked at (YYYY-MM-DD).")]
    expires: Annotated[date, Field(strict=False, description="The last day on which it counts (YYYY-MM-DD).")]
    link: Annotated[str, Field(description="Where it can be seen: a dashboard, a ticket.")] = ""


class ForPaths(Form):
    """What holds for some files only."""

    ignore: Annotated[list[str], Field(description="Rules left out there: ids, names, areas or items.")] = []
    limits: Annotated[Limits, Field(description="Limits of rules that differ there.")] = {}


class Audit(Form):
    """aiready's configuration: `aiready.yaml`, or the table `[tool.aiready]` of pyproject.toml."""

    select: Annotated[list[str] | None, Field(description="Judge by these rules only.")] = None
    ignore: Annotated[list[str], Field(description="Leave these rules out.")] = []
    persona: Annotated[Literal["regular", "pedantic", "auditor"] | None, Field(description="How much to hear.")] = None
    min_severity: Annotated[
        Literal["error", "warning", "note"] | None, Field(description="Leave out findings milder than this.")
    ] = None
    fail_on: Annotated[
        Literal["error", "warning", "note", "never"] | None,
        Field(description="End with status 1 when a finding is at least this severe."),
    ] = None
    exclude: Annotated[list[str], Field(description="Files and folders to leave out, as in a .gitignore.")] = []
    baseline: Annotated[Text | None, Field(description="File of known findings, seen from here.")] = None
    kind: Annotated[
        Literal["service", "worker", "cli", "library"] | None,
        Field(description="What the project is, where its code doesn't show it."),
    ] = None
    limits: Annotated[Limits, Field(description="Limits of rules: rule -> name -> number.")] = {}
    paths: Annotated[dict[str, ForPaths], Field(description="Settings for files that fit a pattern.")] = {}
    calls: Annotated[dict[Dotted, Kind], Field(description="Functions that send a request to a model -> kind.")] = {}
    wrappers: Annotated[list[Dotted], Field(description="Functions that return the client given to them.")] = []
    sanitizers: Annotated[list[Dotted], Field(description="Functions that make text fit for a prompt.")] = []
    validators: Annotated[list[Dotted], Field(description="Functions that check a model's answer.")] = []
    retries: Annotated[
        dict[Dotted, Annotated[int, Field(ge=1)]],
        Field(description="Helpers that repeat a failed call -> requests at most, the first included."),
    ] = {}
    guards: Annotated[list[Dotted], Field(description="Helpers that let no exception through.")] = []
    loggers: Annotated[list[Dotted], Field(description="Functions that record what they are given.")] = []
    entry_points: Annotated[
        dict[Dotted, Literal["remote", "background", "local"]],
        Field(description="Functions that the outside calls -> who waits for them."),
    ] = {}
    attestations: Annotated[list[Attest], Field(description="What no file can show.")] = []
    bench: Annotated[
        dict[str, Any], Field(description="What `aiready bench` measures and how; the audit leaves it unread.")
    ] = {}
    gate: Annotated[
        dict[str, Any], Field(description="What must hold for a release: `aiready gate`; the audit leaves it unread.")
    ] = {}
