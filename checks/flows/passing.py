"""An answer in a call: as the object a method is called on, or as an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.called import called
from ..project.edges import arguments_of, is_hop, name_of
from ..project.handed import entered, param_at
from ..project.lineage import foreign_bases
from ..project.scope import Scope, Site
from ..project.values import Cls, Ext, Fn, Obj, Part, Prm, Unk, Values
from ..read.tree import Attr, Call, Const, Expr, Index, Name, Star, Template
from . import selves
from .commands import is_interpreted, names_file, reads_it
from .handing import Handed, handed, param_of
from .keeping import kept_as
from .methods import Methods
from .names import Names, Walking
from .quoting import added, as_part, is_read, is_word, quoted
from .taint import ANY, FILED, Key, Parse, Taint, key_at, key_of
from .tools import Tool
from .words import (
    BUILTINS,
    COMPILED,
    COUNTS,
    DECODING,
    DEPTH,
    DETOKENIZING,
    DUMPS,
    FILLING,
    NUMBER,
    NUMBERS,
    READING,
    ROOTS,
    SPACES,
    TEXTS,
    TEXTUAL,
    TOKENS,
    VALIDATING,
    WORDS,
    WRITING,
    is_logging,
)

if TYPE_CHECKING:
    from .tools import Tools

STREAMS = ("io.StringIO()", "io.BytesIO()")


class Passing:
    """Follows an answer into calls and out of them."""

    def __init__(self, walk: Walking, names: Names, methods: Methods, tools: Tools) -> None:
        self._walk = walk
        self._names = names
        self._methods = methods
        self._tools = tools

    def into(self, call: Call, taint: Taint) -> None:
        """The answer is an argument of a call."""
        if call.func is taint.node:
            return
        args = arguments_of(call)
        at = next((n for n, each in enumerate(args) if each is taint.node), -1)
        if at < 0:
            return
        site = self._walk.ev.site(call, taint.scope)
        if site is None:
            return
        callees = self._callees(site, taint)
        entered_any = False
        for callee in callees[:8]:
            entered_any = self._enter(callee, site, at, taint) or entered_any
        if not entered_any:
            self._outside(site, callees, at, taint)

    def _callees(self, site: Site, taint: Taint) -> Values:
        """What a call can run, given whose object the method that stands around it is."""
        callees = self._walk.ev.callee(site)
        known = selves.klass_of(self._walk.ev, taint) if len(callees) > 1 and selves.is_self_call(site) else None
        if known is None:
            return callees
        ev, name = self._walk.ev, name_of(site.call.func)
        own = (each for each in callees if not isinstance(each, Fn) or selves.runs(ev, each.scope, name, known))
        return tuple(own) or callees

    def _enter(self, callee: object, site: Site, at: int, taint: Taint) -> bool:
        """Into a function or a class of the project; whether it is one."""
        match callee:
            case Part(func=inner, site=made):
                held = len(made.call.args) - 1 if at < len(site.call.args) else 0
                return self._enter(inner, site, at, taint) if held < 1 else self._filled(inner, site, at + held, taint)
            case Fn(scope=scope):
                self._down(scope, site, at, taint)
                return True
            case Cls(scope=scope):
                self._made(scope, site, at, taint)
                return True
            case Obj(scope=scope):
                found = called(self._walk.ev, scope)
                for method in found[:1]:
                    self._down(method, site, at, taint)
                return bool(found)
            case _:
                return False

    def _filled(self, callee: object, site: Site, at: int, taint: Taint) -> bool:
        """Into a function of which a `partial` holds the first arguments."""
        if not isinstance(callee, Fn):
            return False
        self._run(callee.scope, site, Handed(site.call.func, at, None, taint))
        return True

    def _run(self, scope: Scope, site: Site, found: Handed) -> None:
        """Into a function whose arguments stand beside it in a call."""
        taint, name = found.taint, param_of(scope, found)
        if name is not None and len(taint.stack) < DEPTH and not any(each is site for each in taint.stack):
            self._names.param(scope, name, taint._replace(scope=scope, stack=(*taint.stack, site)))

    def _handed(self, site: Site, callees: Values, at: int, taint: Taint) -> bool:
        """The call runs a function with it, in a thread or later; whether that is known."""
        if not (is_hop(callees, site) or name_of(site.call.func) == "partial"):
            return False
        found = handed(site.call, at, taint)
        values = self._walk.ev.eval(found.function, site.scope) if found is not None else ()
        if found is None:
            return False
        for value in values:
            if isinstance(value, Fn):
                self._run(value.scope, site, found)
        tool = self._tools.of(site, tuple(value for value in values if isinstance(value, Ext)))
        if tool is not None and (found.at == 0 or tool.role != "executor"):
            self._used(tool, site, -1, found.taint)
            return True
        return any(isinstance(value, Fn) for value in values)

    def _down(self, scope: Scope, site: Site, at: int, taint: Taint) -> None:
        if len(taint.stack) >= DEPTH or any(each is site for each in taint.stack):
            return
        if is_logging(scope.short):
            self._walk.use("argument", scope.short, taint, site.call, at)
        into = taint._replace(scope=scope, stack=(*taint.stack, site))
        name = param_at(scope, site.call, at)
        if isinstance(taint.node, Star):
            for param in scope.params:
                self._names.param(scope, param.name, into)
        elif name is not None and any(param.name == name for param in scope.params):
            self._names.param(scope, name, into)
        elif name is None and at >= len(site.call.args):
            self._spread(scope, site.call, into)
        else:
            for param in scope.params:
                if param.kind == ("args" if at < len(site.call.args) else "kwargs"):
                    self._names.param(scope, param.name, into._replace(inside=(name or ANY, *taint.inside)))

    def _spread(self, scope: Scope, call: Call, into: Taint) -> None:
        """`function(**answer)`: every parameter that nothing else is given for takes what stands under its name."""
        own = scope.params[1:] if scope.klass() is not None and not scope.is_static else scope.params
        given = {each.name for each in own[: len(call.args)]} | {each.name for each in call.keywords}
        for param in own:
            if param.kind == "kwargs":
                self._names.param(scope, param.name, into)
            elif param.kind != "args" and param.name not in given:
                taken = into.take(into.node, param.name)
                if taken is not None:
                    self._names.param(scope, param.name, taken)

    def _made(self, scope: Scope, site: Site, at: int, taint: Taint) -> None:
        """An object of a project class is made of it."""
        checks = any(base.path.startswith(VALIDATING) for base in foreign_bases(self._walk.ev, scope))
        if checks and (taint.parse is not None or taint.form == "data"):
            self._walk.use("validated", scope.short, taint, site.call, at)
        self._walk.use("argument", scope.short, taint, site.call, at)
        maker = entered(Cls(scope))
        if maker is not None:
            self._down(maker, site, at, taint)
        if taint.inside and at >= len(site.call.args) and site.call.keywords[at - len(site.call.args)].name is None:
            self._walk.push(taint.at(site.call))
            return
        for key in kept_as(self._walk.ev, scope, maker, site.call, at):
            self._walk.push(taint.held(site.call, key))

    def _outside(self, site: Site, callees: Values, at: int, taint: Taint) -> None:
        """Out of the project."""
        call = site.call
        callees = tuple(value.func if isinstance(value, Part) else value for value in callees)
        if self._handed(site, callees, at, taint):
            return
        path = next((value.path for value in callees if isinstance(value, Ext)), "")
        name = COMPILED.sub(r"\1.", path.replace("()", "").removeprefix("builtins.")) or name_of(call.func)
        tool = self._tools.of(site, callees)
        if tool is not None and self._used(tool, site, at, taint):
            return
        self._walk.use("argument", name, taint, call, at)
        if self._keeps(call, at, taint):
            return
        if path.startswith("builtins.") and name in BUILTINS:
            self._builtin(name, call, at, taint)
        elif name in DUMPS:
            self._walk.push(taint.packed(call))
        elif name in self._tools.escaping:
            self._walk.push(quoted(taint, name)._replace(node=call, form="text", inside=()), f"{name} cleans it")
        elif name.rpartition(".")[2] in DETOKENIZING:
            self._walk.push(taint._replace(node=call, form="text"))
        elif name in TEXTS or (isinstance(call.func, Attr) and call.func.name in ("join", "format") and _is_text(call)):
            part = as_part(taint, call)
            if part.form != "file" or not is_read(call, part.node):
                self._walk.push((part._replace(inside=()) if part.form == "wire" else part.in_text()).at(call))
        elif name in WORDS:
            self._walk.push(taint._replace(form="text", inside=()).put(call, ANY))
        elif path.partition(".")[0] in ROOTS and name.rpartition(".")[2] not in READING:
            gathered = name.rpartition(".")[2] in ("gather", "chain", "deque")
            self._walk.push(taint.put(call, ANY) if gathered else taint.at(call))

    def _used(self, tool: Tool, site: Site, at: int, taint: Taint) -> bool:
        """Parsed, validated or run; whether that is all that happens."""
        if taint.is_packed:
            if tool.role in ("parser", "schema"):
                self._walk.push(taint.unpacked(site.call))
                return True
            taint = taint.plain()
        if tool.role == "executor":
            runs = taint.form != "file" and not is_word(taint, site.call)
            runs = runs or (taint.form in FILED and is_interpreted(site))
            runs = runs and (at < 0 or tool.runs(site.call, at) or reads_it(site.call, at))
            if runs and taint.escaped.isdisjoint((NUMBER, *tool.harmless())):
                self._walk.use("executed", tool.name, taint, site.call, at)
            return False
        if taint.form in FILED or (tool.takes_file() and not self._can_be_open(taint)):
            return True
        if tool.role == "pattern":
            self._searched(tool.name, site, taint)
            return True
        if tool.role == "parser":
            return self._parsed(tool.name, site, at, taint)
        if taint.is_sent:  # what stands around the answer is checked
            self._walk.push(taint.decoded(site.call))
            return True
        parse = taint.parse or Parse(site, tool.name, sure=True)
        self._walk.use("validated", tool.name, taint._replace(parse=parse), site.call, at)
        self._walk.push(
            taint._replace(node=site.call, form="data", whole=False, parse=parse, inside=()), f"{tool.name} checks it"
        )
        return True

    def _can_be_open(self, taint: Taint) -> bool:
        """Whether it can be an open file, or a text in the place of one, and not just the name of a file."""
        values = self._walk.ev.eval(taint.node, taint.scope)
        return any(isinstance(each, (Unk, Prm)) or (isinstance(each, Ext) and each.path in STREAMS) for each in values)

    def _searched(self, name: str, site: Site, taint: Taint) -> None:
        """A pattern is looked for in it, or cuts it."""
        pattern = _pattern(site, self._walk.ev.callee(site))
        if name.endswith("split"):
            self._methods.cut("split", site.call, taint, SPACES.sub("", pattern))
            return
        if name.endswith("findall") and TOKENS.match(pattern):
            self._methods.said(site, taint)
            return
        form = "pieces" if name.endswith("findall") else "match"
        whole = taint.form == "data"
        parse = taint.parse if whole else Parse(site, name, taint.parse, whole=False)
        inside = (ANY,) if name.endswith("finditer") and not whole else ()
        self._walk.push(taint._replace(node=site.call, form="data" if whole else form, parse=parse, inside=inside))

    def _parsed(self, name: str, site: Site, at: int, taint: Taint) -> bool:
        """Data is made of text; the bytes of a response hold the answer, and are none yet."""
        if taint.form == "wire" or (taint.form == "raw" and _writes_itself(arguments_of(site.call)[at])):
            self._walk.push(taint.decoded(site.call))
            return True
        if name in NUMBERS and taint.form != "text":
            return False
        parse = Parse(site, name, taint.parse)
        made = taint._replace(node=site.call, form="data", whole=False, parse=parse, inside=())
        if name in NUMBERS:
            made = made._replace(escaped=made.escaped | {NUMBER})
        self._walk.push(made, f"{name} makes data of it")
        self._walk.use("parsed", name, taint._replace(parse=parse), site.call, at)
        return True

    def _builtin(self, name: str, call: Call, at: int, taint: Taint) -> None:
        match name, call.args:
            case "getattr", (base, asked, *_) if base is taint.node and isinstance(asked, (Const, Name)):
                self._member(key_at(taint, asked), call, taint)
            case "next" | "anext", _:
                self._walk.push(taint.take(call, ANY))
            case "enumerate" | "zip", _:
                each = self._methods.element(taint, call)
                if each is not None:
                    self._walk.push(each._replace(inside=(ANY, 1 if name == "enumerate" else at, *each.inside)))
            case "str" | "repr" | "format", _:
                form = taint.form if taint.form == "wire" else taint.spelled
                whole = taint.whole if taint.form == "wire" else taint.is_whole
                self._walk.push(taint._replace(node=call, form=form, whole=whole, inside=()))
            case "dict", _ if at >= len(call.args):
                key = call.keywords[at - len(call.args)].name
                self._walk.push(taint.put(call, key) if key else taint.at(call))
            case "map", (func, *_) if not (isinstance(func, Attr) and func.name in TEXTUAL):
                self._walk.push(taint._replace(node=call, lines=None))
            case "getattr", _:
                pass
            case _:
                self._walk.push(taint.at(call))

    def _member(self, read: Key, call: Call, taint: Taint) -> None:
        """`getattr(answer, "name")`."""
        if not isinstance(read, str) or read == ANY:
            return
        found = taint.take(call, read) if taint.inside else taint.read(call, read)
        if found is not None and not taint.inside:
            self._walk.use("read", read, found)
        if not COUNTS.search(read):
            self._walk.push(found)

    def _keeps(self, call: Call, at: int, taint: Taint) -> bool:
        """`parts.append(answer)`: the receiver holds it from there on."""
        func = call.func
        if (
            not isinstance(func, Attr)
            or not (func.name in FILLING or func.name in WRITING)
            or not isinstance(func.value, (Name, Attr, Index))
        ):
            return False
        if func.name in WRITING:
            self._written(func, taint)
            return True
        one = FILLING[func.name] and not isinstance(taint.node, Star)
        taint = added(taint, func.value)
        if func.name == "setdefault" and at == 1:
            self._names.fill(func.value, taint.put(taint.node, key_of(call.args[0])))
        elif func.name == "update" and at >= len(call.args):
            self._names.fill(func.value, taint.put(taint.node, call.keywords[at - len(call.args)].name or ANY))
        else:
            self._names.fill(func.value, taint.put(taint.node, ANY) if one else taint)
        return True

    def _written(self, func: Attr, taint: Taint) -> None:
        """A file holds the answer: what is known by its name may run it."""
        file = taint._replace(form="file", inside=())
        if func.name == "write_text":
            self._names.fill(func.value, file)
            return
        self._names.fill(func.value, file._replace(inside=("name",)))
        for binding in taint.scope.bindings.get(func.value.id, ()) if isinstance(func.value, Name) else ():
            match binding.expr:
                case Call(func=Name(id="open"), args=(Const(value=str()) | Template() as path, *_)):
                    self._of_path(path, taint)
                case Call(func=Name(id="open"), args=(path, *_)):
                    self._names.fill(path, file)
                case Call(func=Attr(value=base, name="open"), args=args):
                    self._names.fill(self._path_of(base, args, taint.scope), file)
                case _:
                    pass

    def _path_of(self, base: Expr, args: tuple[Expr, ...], scope: Scope) -> Expr:
        """What names the file of `path.open()`, and of `aiofiles.open(path)`."""
        values = self._walk.ev.eval(base, scope)
        imported = any(isinstance(value, Ext) and "()" not in value.path for value in values)
        return args[0] if imported and args else base

    def _of_path(self, path: Const | Template, taint: Taint) -> None:
        """A file of a name that is written there holds the answer; the function may run it under that name."""
        known = path.value if isinstance(path, Const) and isinstance(path.value, str) else ""
        for site in taint.scope.sites:
            imported = known.endswith(".py") and name_of(site.call.func) in ("reload", "import_module")
            if not imported and not (names_file(site.call, path) and is_interpreted(site)):
                continue
            tool = None if imported else self._tools.of(site, self._walk.ev.callee(site))
            if imported or (tool is not None and tool.role == "executor"):
                self._walk.use("executed", f"{known}, a file that is written and run".lstrip(", "), taint)


def _pattern(site: Site, callees: Values) -> str:
    """What is looked for in a text, as far as it is written."""
    made = next((value.sites[0].call for value in callees if isinstance(value, Ext) and value.sites), site.call)
    match made.args:
        case (Const(value=str() as pattern), *_):
            return pattern
        case _:
            return ""


def _writes_itself(given: Expr) -> bool:
    """`response.json()`: the whole response as JSON, in which the answer is a text still."""
    return isinstance(given, Call) and name_of(given.func) in DECODING


def _is_text(call: Call) -> bool:
    """`", ".join(…)`: the receiver is a text or a name, and not the module of paths."""
    base = call.func.value if isinstance(call.func, Attr) else None
    return not (isinstance(base, Attr) and base.name == "path")
