"""Commands that only look: what a program that is run is told to do, as far as it is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from ..project.edges import arguments_of
from ..project.evaluate import Evaluator
from ..project.handed import param_at
from ..project.scope import Scope, Site
from ..project.values import Ext, Lit
from ..read.tree import Binary, Const, Either, Expr, Items, Name, Star, Template

READERS = frozenset({
    "cat", "head", "tail", "less", "more", "ls", "dir", "pwd", "wc", "grep", "egrep", "fgrep", "rg", "ag", "ack",
    "fd", "find", "stat", "file", "du", "df", "which", "where", "whereis", "whoami", "id", "uname", "hostname",
    "date", "ps", "free", "uptime", "tree", "diff", "cmp", "sha256sum", "md5sum", "ffprobe", "pdftotext", "pdfinfo",
    "nvidia-smi", "lscpu", "lsblk", "netstat", "ss", "ping", "dig", "nslookup", "host", "traceroute", "journalctl",
    "dmesg", "objdump", "readelf", "cloc", "tokei", "mypy", "pyright", "pylint", "flake8", "bandit", "semgrep",
    "pip-audit", "hadolint", "shellcheck", "tesseract",
})  # fmt: skip
"""Programs that change nothing."""
CHANGING = frozenset({"-delete", "-exec", "-execdir", "-ok", "-x", "--exec", "--vacuum-size", "--vacuum-time", "--fix"})
"""Options by which such a program does."""
LOOKS: Mapping[str, frozenset[str]] = {
    "git": frozenset({
        "log", "diff", "status", "show", "blame", "ls-files", "ls-tree", "ls-remote", "rev-parse", "rev-list",
        "describe", "grep", "cat-file", "shortlog", "merge-base", "diff-tree", "diff-index", "name-rev",
        "for-each-ref", "version", "fetch", "stash list", "worktree list", "branch --show-current", "branch --list",
        "branch -a", "branch -r", "branch -vv", "remote -v", "remote get-url", "remote show", "config --get",
        "config --list", "tag --list", "tag -l", "--version", "count-objects",
    }),
    "gh": frozenset({
        "pr view", "pr list", "pr diff", "pr checks", "pr status", "issue view", "issue list", "issue status",
        "repo view", "repo list", "run view", "run list", "release view", "release list", "workflow list",
        "workflow view", "search", "auth status", "status", "label list", "--version",
    }),
    "kubectl": frozenset({"get", "describe", "logs", "top", "explain", "cluster-info", "version", "api-resources"}),
    "docker": frozenset({"ps", "images", "logs", "inspect", "stats", "version", "info", "top", "history", "port"}),
    "pip": frozenset({"list", "show", "freeze", "check", "index", "--version"}),
    "npm": frozenset({"ls", "list", "view", "outdated", "--version"}),
    "systemctl": frozenset({"status", "show", "list-units", "is-active", "is-enabled", "cat"}),
    "terraform": frozenset({"show", "plan", "validate", "output", "version"}),
}  # fmt: skip
"""What other programs can be told to do that changes nothing."""
PAIRED = frozenset({"-C", "-n", "--namespace", "--context", "--kubeconfig", "--repo", "-R", "--git-dir", "--work-tree"})
"""Options that come before what a program is told to do, with a value."""
SENDING = frozenset({"-X", "--method", "-f", "-F", "--field", "--raw-field", "--input"})
SHELL = re.compile(r"[;&|<>`$\n]")
DEEPEST = 3
MOST = 24
"""Ways in which a command can be put together."""
Words = tuple[str | None, ...]
"""As far as they are known."""
Ways = Mapping[Scope, list[Site | None]]
"""Functions with the calls by which they are reached; None where something runs them whose arguments aren't read."""


def only_looks(ev: Evaluator, site: Site, ways: Ways) -> bool:
    """Whether a call that runs a program runs one that changes nothing, on each of the ways into its function."""
    match site.call.args:
        case (command,) | (Items() as command, *_):
            whole = command
        case words:
            whole = Items("list", words)
    commands = _few(_Commands(ev, ways).of(whole, site.scope, 0))
    return 0 < len(commands) < MOST and all(map(_looks, commands))


def _looks(words: Words) -> bool:
    program = (next(iter(words), None) or "").replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
    rest = words[1:]
    if program in READERS:
        return CHANGING.isdisjoint(word for word in rest if word)
    told = list(_told(rest))
    if program == "gh" and told[:1] == ["api"]:
        queries = told[1:2] == ["graphql"] and not any("mutation" in (word or "") for word in rest)
        return queries or SENDING.isdisjoint(word for word in rest if word)
    known = LOOKS.get(program, frozenset())
    return " ".join(told[:1]) in known or " ".join(told[:2]) in known


def _told(words: Words) -> Iterator[str]:
    """What a program is told to do: its words from the first that is no option before it."""
    at = 0
    while at < len(words) and (words[at] or "").startswith("-") and words[at] != "--version":
        at += 2 if words[at] in PAIRED else 1
    for word in words[at : at + 2]:
        if word is None:
            return
        yield word


class _Commands:
    """The words of a command: each way in which it can be put together."""

    def __init__(self, ev: Evaluator, ways: Ways) -> None:
        self._ev = ev
        self._ways = ways

    def of(self, node: Expr, scope: Scope, depth: int) -> Iterator[Words]:
        match node:
            case Items(elements=elements):
                parts = [_few(self._part(each, scope, depth)) for each in elements]
                yield from (tuple(word for part in way for word in part) for way in _some(parts))
            case Binary(op="+", left=left, right=right):
                parts = [_few(self.of(each, scope, depth)) for each in (left, right)]
                yield from (first + last for first, last in _some(parts))
            case Either(parts=parts):
                for each in parts:
                    yield from self.of(each, scope, depth)
            case Const(value=str() as text):
                yield (None,) if SHELL.search(text) else tuple(text.split())
            case Name(id=name) if depth < DEEPEST:
                yield from self._named(name, scope, depth + 1)
            case _:
                yield (None,)

    def _part(self, node: Expr, scope: Scope, depth: int) -> Iterator[Words]:
        if isinstance(node, Star):
            yield from self.of(node.value, scope, depth)
        else:
            yield (self._word(node, scope, depth),)

    def _word(self, node: Expr, scope: Scope, depth: int) -> str | None:
        if isinstance(node, Template):
            return "".join(self._word(part, scope, depth) or "\0" for part in node.parts)
        for value in self._ev.eval(node, scope):
            if isinstance(value, Lit) and isinstance(value.value, str):
                return value.value
            if isinstance(value, Ext) and value.path == "shutil.which()" and value.sites and depth < DEEPEST:
                made = value.sites[-1]
                return self._word(made.call.args[0], made.scope, depth + 1) if made.call.args else None
        return None

    def _named(self, name: str, scope: Scope, depth: int) -> Iterator[Words]:
        """A list that is made in the function, or given to it; what is added to it stands behind."""
        function = scope.function()
        if function is not None and any(param.name == name for param in function.params):
            for site in self._ways.get(function, ()):
                yield from self._given(function, name, site, depth) if site is not None else ((None,),)
            return
        bindings = [each for each in scope.bindings.get(name, ()) if each.how == "value" and each.expr is not None]
        for each in bindings:
            yield from self.of(each.expr or Const(None), scope, depth)
        if not bindings:
            yield (None,)

    def _given(self, function: Scope, name: str, site: Site, depth: int) -> Iterator[Words]:
        """What a call gives to a parameter."""
        called = [(param_at(function, site.call, at), arg) for at, arg in enumerate(arguments_of(site.call))]
        if any(param.name == name and param.kind == "args" for param in function.params):
            yield from self.of(Items("list", tuple(arg for to, arg in called if to is None)), site.scope, depth)
            return
        given = next((arg for to, arg in called if to == name), Const(None))
        yield from self.of(given, site.scope, depth)


def _few(ways: Iterable[Words]) -> list[Words]:
    return list(islice(ways, MOST))


def _some(parts: list[list[Words]]) -> Iterator[tuple[Words, ...]]:
    """The ways to put parts together, up to a number."""
    return islice(product(*parts), MOST)
