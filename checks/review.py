"""The checklist of a project: its calls, the habits of its code and what its other files declare, judged together."""

from __future__ import annotations

import re

from .disk import Disk
from .evidence.gather import gather
from .evidence.marks import load
from .facts.survey import survey
from .inventory import Inventory
from .model import Verdict
from .options import Options
from .project.habits import Habits
from .sdks import Knowledge
from .verdict import Inquiry, verdicts


def review(disk: Disk, found: Inventory, options: Options) -> tuple[Verdict, ...]:
    """A verdict on every item."""
    habits = survey(found.ground, found.calls)
    folders = load().suites.folders
    near = [path for path in (*disk.files, *disk.others) if not folders.isdisjoint(path.lower().split("/")[:-1])]
    roots = _roots(disk, found.ground.knowledge)
    python = {path: data for path in near if path.endswith(".py") for data in (disk.data(path),) if roots.search(data)}
    evidence = gather(disk.root, disk.beside, python, _named(habits))
    return verdicts(Inquiry(found.calls, habits, evidence, options.config, options.today))


def _roots(disk: Disk, knowledge: Knowledge) -> re.Pattern[bytes]:
    """Imports of the project itself, of an SDK, or of what is beside the file: what code has that asks a model."""
    own = {path.removeprefix("src/").partition("/")[0].removesuffix(".py") for path in disk.files}
    sdks = {name.partition(".")[0] for sdk in knowledge.sdks for name in sdk.imports}
    names = sorted(name for name in own | sdks | {"evals", "deepeval", "ragas", "inspect_ai"} if name.isidentifier())
    return re.compile(rf"^[ \t]*(?:from|import)\s+(?:\.|(?:{'|'.join(names)})\b)".encode(), re.MULTILINE)


def _named(habits: Habits) -> tuple[str, ...]:
    return tuple(dict.fromkeys(model.name for model in habits.models))
