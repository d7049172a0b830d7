"""Commands that only look: what a program that is run is told to do, as far as it is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from ..project.edges import arguments_of, name_of
from ..project.evaluate import Evaluator
from ..project.handed import param_at
from ..project.scope import Binding, Frame, Scope, Site
from ..project.values import Ext, Lit
from ..read.tree import Attr, Binary, Call, Comp, Const, Either, Expr, Items, Name, Star, Template, is_name

READERS = frozenset({
    "cat", "head", "tail", "less", "more", "ls", "dir", "pwd", "wc", "grep", "egrep", "fgrep", "rg", "ag", "ack",
    "fd", "find", "stat", "file", "du", "df", "which", "where", "whereis", "whoami", "id", "uname",
    "ps", "free", "uptime", "tree", "diff", "cmp", "sha256sum", "md5sum", "ffprobe", "pdftotext", "pdfinfo",
    "nvidia-smi", "lscpu", "lsblk", "netstat", "ss", "ping", "dig", "nslookup", "host", "traceroute", "journalctl",
    "dmesg", "objdump", "readelf", "cloc", "tokei", "mypy", "pyright", "pylint", "flake8", "bandit", "semgrep",
    "pip-audit", "hadolint", "shellcheck", "tesseract",
})  # fmt: skip
"""Programs that change nothing."""
SAYING = {"date": r"\+.*|-u|--utc|-R|-I\w*", "hostname": r"-[fiIsd]|--fqdn|--short"}
"""Those that do unless they are told nothing else."""
CHANGING: Mapping[str, frozenset[str]] = {
    "find": frozenset({"-delete", "-exec", "-execdir", "-ok", "-okdir", "-fls", "-fprint", "-fprint0", "-fprintf"}),
    "fd": frozenset({"-x", "-X", "--exec", "--exec-batch"}),
    "rg": frozenset({"--pre", "--hostname-bin"}),
    "ag": frozenset({"--pager"}),
    "ack": frozenset({"--pager"}),
    "less": frozenset({"-o", "-O", "--log-file", "--LOG-FILE"}),
    "tree": frozenset({"-o"}),
    "file": frozenset({"-C", "--compile"}),
    "ss": frozenset({"-K", "--kill"}),
    "dmesg": frozenset({"-C", "-c", "--clear", "--read-clear"}),
    "journalctl": frozenset({"--vacuum-size", "--vacuum-time", "--vacuum-files", "--rotate", "--flush"}),
    "nvidia-smi": frozenset({"-pm", "-pl", "-r", "--gpu-reset", "-f", "--filename"}),
    "ffprobe": frozenset({"-o"}),
    "cloc": frozenset({"--out", "--report-file"}),
    "mypy": frozenset({"--install-types"}),
    "pylint": frozenset({"--output", "--init-hook", "--load-plugins"}),
    "flake8": frozenset({"--output-file"}),
    "bandit": frozenset({"-o", "--output"}),
    "semgrep": frozenset({"-o", "--output", "--autofix", "-a", "--fix"}),
    "pip-audit": frozenset({"-o", "--output", "--fix"}),
    "git": frozenset({"--output", "--ext-diff", "--open-files-in-pager", "--upload-pack", "--exec"}),
    "terraform": frozenset({"-out", "-generate-config-out"}),
}
"""Options by which a program that else only looks changes something, or runs another one."""
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
SENDING = re.compile(r"-[XfF]|--(?:method|field|raw-field|input)(?:=|$)")
REFS = re.compile(r"-(?![arvliqn]+\d*$)\w|--(?:delete|move|copy|force|set-upstream|unset-upstream|edit|track)")
"""Options of `git branch` and `git tag` that change what they else list."""
BARE = frozenset({"branch -vv", "remote -v"})
"""What only looks as long as nothing is named behind it."""
SHELLS = frozenset({"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"})
"""Functions that hand a command to a shell."""
SHELL = re.compile(r"[;&|<>`$\n]")
HOLE = "\0"
"""What isn't known inside of a word."""
MANY = "\0\0"
"""Any number of words that aren't known."""
REORDERS = frozenset({"insert", "pop", "remove", "clear", "reverse", "sort"})
"""What changes a list elsewhere than at its end."""
DEEPEST = 3
MOST = 24
"""Ways in which a command can be put together."""
Words = tuple[str | None, ...]
"""As far as they are known."""
Added = tuple[int, list[Words]]
"""The line where words are added to a list, and what they can be."""
Ways = Mapping[Scope, list[Site | None]]
"""Functions with the calls by which they are reached; None where something runs them whose arguments aren't read."""


def only_looks(ev: Evaluator, site: Site, ways: Ways) -> bool:
    """Whether a call that runs a program runs one that changes nothing, on each of the ways into its function."""
    match site.call.args:
        case (command,) | (Items() as command, *_):
            whole = command
        case () if len(named := [each.value for each in site.call.keywords if each.name == "args"]) == 1:
            whole = named[0]
        case words:
            whole = Items("list", words)
    name = name_of(site.call.func)
    if name.startswith("exec") or any(each.name == "executable" for each in site.call.keywords):
        return False
    commands = _few(_Commands(ev, ways).of(whole, site.scope, 0))
    shell = name in SHELLS or any(each.name == "shell" and not _is_no(each.value) for each in site.call.keywords)
    if shell and any(word is None or HOLE in word or SHELL.search(word) for words in commands for word in words):
        return False
    return 0 < len(commands) < MOST and all(map(_looks, commands))


def _is_no(value: Expr) -> bool:
    return isinstance(value, Const) and not value.value


def _looks(words: Words) -> bool:
    program = (next(iter(words), None) or "").replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
    rest = words[1:]
    ends = "--" in rest and program != "find"
    options = [word for word in (rest[: rest.index("--")] if ends else rest) if word]
    if any(word == MANY or _changes(program, word) for word in options):
        return False
    if program in SAYING:
        return all(re.fullmatch(SAYING[program], word or HOLE) for word in rest)
    if program in READERS:
        return True
    told = list(_told(rest))
    if program == "gh" and told[:1] == ["api"]:
        return _is_read(rest) if told[1:2] == ["graphql"] else not any(SENDING.match(word) for word in options)
    refs = program == "git" and told[:1] in (["branch"], ["tag"])
    if refs and any(REFS.match(word) for word in options[options.index(told[0]) + 1 :]):
        return False
    asked = " ".join(told[:2])
    if asked in BARE:
        return all((word or "").startswith("-") for word in rest[rest.index(told[1]) :])
    known = LOOKS.get(program, frozenset())
    return " ".join(told[:1]) in known or asked in known


def _changes(program: str, word: str) -> bool:
    """Whether a word is an option by which a program changes something, or may be any."""
    option = word.partition("=")[0]
    return option in CHANGING.get(program, ()) or option.startswith(f"--{HOLE}")


def _is_read(words: Words) -> bool:
    """Whether `gh api graphql` is given a query, all of which is known."""
    queries = [word for word in words if word and word.startswith(("query=", "-fquery=", "-Fquery="))]
    if any(HOLE in word or "mutation" in word or "=@" in word for word in queries):
        return False
    return bool(queries) and not any(
        word is None or word.startswith((HOLE, "--input", f"-f{HOLE}", f"-F{HOLE}")) for word in words
    )


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
                yield (MANY,) if SHELL.search(text) else tuple(text.split())
            case Const(value=None):
                yield ()
            case Comp(element=Template(parts=(Const(value=str() as start), *_)) as each) if start.startswith("-"):
                yield from ((word,) for word in self._word(each, scope, depth))
            case Name(id=name) if depth < DEEPEST:
                yield from self._named(name, scope, depth + 1)
            case _:
                yield (MANY,)

    def _part(self, node: Expr, scope: Scope, depth: int) -> Iterator[Words]:
        if isinstance(node, Star):
            yield from self.of(node.value, scope, depth)
        else:
            yield from ((word,) for word in self._word(node, scope, depth))

    def _word(self, node: Expr, scope: Scope, depth: int) -> list[str | None]:
        """Each text that a word can be."""
        match node:
            case Template(parts=pieces):
                return self._joined(pieces, scope, depth)
            case Binary(op="+", left=left, right=right):
                return self._joined((left, right), scope, depth)
            case _:
                pass
        found: list[str | None] = []
        for value in self._ev.eval(node, scope):
            if isinstance(value, Lit) and isinstance(value.value, str):
                found.append(value.value)
            elif isinstance(value, Ext) and value.path == "shutil.which()" and value.sites and depth < DEEPEST:
                made = value.sites[-1]
                found += self._word(made.call.args[0], made.scope, depth + 1) if made.call.args else [None]
            else:
                found.append(None)
        return list(dict.fromkeys(found)) or [None]

    def _joined(self, pieces: tuple[Expr, ...], scope: Scope, depth: int) -> list[str | None]:
        parts = [[word or HOLE for word in self._word(piece, scope, depth)] for piece in pieces]
        return ["".join(way) for way in islice(product(*parts), MOST)]

    def _named(self, name: str, scope: Scope, depth: int) -> Iterator[Words]:
        """A list that is made in the function, or given to it; what is added to it stands behind."""
        made = _few(self._made(name, scope, depth))
        always, sometimes = self._added(name, scope, depth)
        for added in [[*always, each] for each in sometimes] + [always + sometimes]:
            for way in _some([made, *(words for _, words in sorted(added, key=lambda each: each[0]))]):
                yield tuple(word for part in way for word in part)

    def _made(self, name: str, scope: Scope, depth: int) -> Iterator[Words]:
        function = scope.function()
        given = function is not None and any(param.name == name for param in function.params)
        if function is not None and given:
            for site in self._ways.get(function) or [None]:
                yield from self._given(function, name, site, depth) if site is not None else ((MANY,),)
        bindings = [each for each in scope.bindings.get(name, ()) if each.how not in ("annotated", "param")]
        bindings = [each for each in bindings if _behind(each, name) is None]
        for each in bindings:
            plain = each.how == "value" and not each.unpack and each.expr is not None
            yield from self.of(each.expr, scope, depth) if plain and each.expr is not None else ((MANY,),)
        if not bindings and not given:
            yield (MANY,)

    def _added(self, name: str, scope: Scope, depth: int) -> tuple[list[Added], list[Added]]:
        """What is put at the end of a list: on every way, and on some."""
        added = list[tuple[int, tuple[Frame, ...], list[Words]]]()
        for each in scope.bindings.get(name, ()):
            behind = _behind(each, name)
            if behind is not None:
                added.append((each.line, each.frames, _few(self.of(behind, scope, depth))))
        for site in scope.sites:
            match site.call:
                case Call(func=Attr(value=Name(id=owner), name="append"), args=(new,)) if owner == name:
                    added.append((site.line, site.frames, _few(self._part(new, scope, depth))))
                case Call(func=Attr(value=Name(id=owner), name="extend"), args=(new,)) if owner == name:
                    added.append((site.line, site.frames, _few(self.of(new, scope, depth))))
                case Call(func=Attr(value=Name(id=owner), name=does)) if owner == name and does in REORDERS:
                    added.append((site.line, (), list[Words]([(MANY,)])))
                case _:
                    pass
        added += [(each.line, (), list[Words]([(MANY,)])) for each in scope.sets if is_name(each.base, name)]
        always, sometimes = list[Added](), list[Added]()
        for line, frames, words in added:
            some = any(frame.kind not in ("with", "main") for frame in frames)
            (sometimes if some else always).append((line, words))
        return always, sometimes

    def _given(self, function: Scope, name: str, site: Site, depth: int) -> Iterator[Words]:
        """What a call gives to a parameter."""
        called = [(param_at(function, site.call, at), arg) for at, arg in enumerate(arguments_of(site.call))]
        if any(param.name == name and param.kind == "args" for param in function.params):
            yield from self.of(Items("list", tuple(arg for to, arg in called if to is None)), site.scope, depth)
            return
        given = next((arg for to, arg in called if to == name), None)
        default = next((param.default for param in function.params if param.name == name), None)
        if given is not None:
            yield from self.of(given, site.scope, depth)
        else:
            yield from self.of(default, function, depth) if default is not None else ((MANY,),)


def _behind(binding: Binding, name: str) -> Expr | None:
    """What is put behind what a name holds: `words += more`, `words = words + more`."""
    match binding:
        case Binding(how="value", expr=Binary(op="+", left=left, right=right), unpack=()) if is_name(left, name):
            return right
        case Binding(how="other", expr=expr):
            return expr
        case _:
            return None


def _few(ways: Iterable[Words]) -> list[Words]:
    return list(islice(ways, MOST))


def _some(parts: list[list[Words]]) -> Iterator[tuple[Words, ...]]:
    """The ways to put parts together, up to a number."""
    return islice(product(*parts), MOST)
