"""Which of the found files are the product and which only stand around it: tests and examples are not audited."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Literal

    Role = Literal["source", "test", "example", "docs"]

TESTS = frozenset({"test", "tests", "testing"})
EXAMPLES = frozenset({"example", "examples"})
TEST_ENDS = ("_test.py", "_test.pyw", "_test.ipynb")
DOCS = frozenset({"doc", "docs"})
SUPPORT = frozenset({"bin", "ci", "script", "scripts", "tools"})
"""Folders whose loose scripts don't make a repository more than its examples."""
BUILD_FILES = frozenset({"setup.py", "noxfile.py", "tasks.py", "fabfile.py"})


def is_test_file(name: str) -> bool:
    """Named as test runners want it: `test_*.py`, `*_test.py`, `conftest.py` (notebooks and .pyw likewise)."""
    return name.startswith(("test_", "conftest.")) or name.endswith(TEST_ENDS)


def folder_role(parts: tuple[str, ...], packages: frozenset[str] | set[str], base: str = "") -> Role:
    """The role of what lies in a folder, by the names on the way to it from `base` (a prefix ending in `/`, or "").

    `packages` are the folders with an `__init__.py`, as paths from the root. An `examples` folder inside a package
    ships with it and is source; the folder the run started in may be a package itself and still have examples beside.
    """
    if not TESTS.isdisjoint(parts):
        return "test"
    for depth, part in enumerate(parts):
        if part in EXAMPLES and (depth == 0 or base + "/".join(parts[:depth]) not in packages):
            return "example"
    inside = [base + "/".join(parts[: depth + 1]) in packages for depth in range(len(parts))]
    if any(part in DOCS and not package for part, package in zip(parts, inside, strict=True)):
        return "docs"
    return "source"


def roles(files: Mapping[str, tuple[str, int]]) -> dict[str, Role]:
    """The role of each file, for {path: (the prefix of the argument it was found under, size)}.

    Only what lies below the argument counts, so that `aiready audit examples/app` audits the app; a file named
    itself (its prefix is its path) is always source. Where nothing but examples is there, they are the product.
    """
    packages = {path.rpartition("/")[0] for path in files if path.endswith("/__init__.py")}
    cache: dict[tuple[str, str], Role] = {}
    out: dict[str, Role] = {}
    for path, (base, _) in files.items():
        if base == path:
            out[path] = "source"
            continue
        folder, _, name = path.rpartition("/")
        role = cache.get((folder, base))
        if role is None:
            parts = tuple(folder[len(base) :].split("/")) if len(folder) >= len(base) and folder else ()
            role = cache[folder, base] = folder_role(parts, packages, base)
        out[path] = "test" if role != "test" and is_test_file(name) else role
    if "example" in out.values() and not _has_product(out, files, packages):
        return {path: "source" if role == "example" else role for path, role in out.items()}
    return out


def _has_product(found: Mapping[str, Role], files: Mapping[str, tuple[str, int]], packages: Iterable[str]) -> bool:
    """Any code outside the examples that others could import or run: not a build file, not a loose support script."""
    owned = frozenset(packages)
    for path, role in found.items():
        folder, _, name = path.rpartition("/")
        if role != "source" or not files[path][1] or name in BUILD_FILES or name.endswith(".ipynb"):
            continue
        if folder in owned or folder.partition("/")[0] not in SUPPORT:
            return True
    return False
