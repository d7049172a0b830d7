"""Whether a call of a value runs a certain function of the project."""

from __future__ import annotations

from io import TextIOWrapper
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Expr, Name
from .aliases import aliases
from .called import is_for_calls, other_names
from .constructors import CONSTRUCTORS, constructor, is_super
from .edges import is_starred, name_of
from .lineage import mro
from .scope import Scope, Site
from .values import Cls, Ext, Fn, Obj, Part, Unk, Value

if TYPE_CHECKING:
    from .evaluate import Evaluator

COMMON = frozenset({
    "run", "get", "call", "main", "create", "send", "start", "process", "execute", "handle", "chat", "complete",
    "query", "generate", "invoke", "ask", "stream", "update", "predict", "embed", "search", "load", "save", "set",
    "post", "parse", "read", "write", "close", "init", "reset", "build", "add", "delete", "open", "next", "items",
    "setup", "check", "test",
}).union(*(dir(kind) for kind in (str, bytes, list, dict, set, TextIOWrapper))) - {"translate", "title"}  # fmt: skip
"""Method names that many classes have, texts and lists among them: `text.encode("utf-8")`."""


def runs(ev: Evaluator, value: Value, scope: Scope, site: Site) -> bool:
    """Whether calling the value runs the function."""
    match value:
        case Fn(scope=found):
            return found is scope or (not is_super(site) and overrides(ev, scope, value))
        case Part(func=inner):
            return runs(ev, inner, scope, site)
        case Cls(scope=found):
            return scope.short in CONSTRUCTORS and constructor(ev, found, scope.short) is scope.klass()
        case Obj(scope=found):
            return is_called(ev, found, scope)
        case Unk(path=path):
            return _is_guess(path, scope, site)
        case Ext() if scope.short in ev.matcher.led:
            return _is_hook(ev, value, scope)
        case Ext(path=path) if "()." in path and not ev.matcher.is_client(path.rpartition(".")[0]):
            return "_" in scope.short and _is_guess(path, scope, site)  # out of a registry: `bot.get_cog("Index")`
        case _:
            return False


def _is_hook(ev: Evaluator, value: Ext, scope: Scope) -> bool:
    """Whether a method of another package's class runs that of the subclass its object was made of."""
    owner, name = scope.klass(), value.path.rpartition(".")[2]
    if owner is None or not value.sites or name not in other_names(ev, scope):
        return False
    made = (each.scope for each in ev.callee(value.sites[-1]) if isinstance(each, Cls))
    return any(found is owner or owner in bases(ev, found) for found in made)


def overrides(ev: Evaluator, scope: Scope, value: Fn) -> bool:
    """Whether a method that a call resolves to is one that this method implements in a subclass of which the object
    may be: one that is made by a name of its class is of that class."""
    owner, base = scope.klass(), value.scope.klass()
    if value.scope.short != scope.short or owner is None or base is None or base not in bases(ev, owner):
        return False
    made = value.bound
    if not isinstance(made, Obj):
        return True
    if made.site is not None and name_of(made.site.call.func) in aliases(
        ev.world, made.scope.short, made.scope.module.path
    ):
        return False
    return any(owner in mro(ev, each) for each in ev.subclasses(made.scope))


def is_called(ev: Evaluator, found: Scope, scope: Scope) -> bool:
    """Whether calling an instance of a class runs the method."""
    owner = scope.klass()
    if owner is None or not is_for_calls(ev, scope):
        return False
    return found is owner or owner in bases(ev, found) or found in bases(ev, owner)


def bases(ev: Evaluator, scope: Scope) -> list[Scope]:
    """The project classes a class derives from."""
    return mro(ev, scope)[1:]


def _is_guess(path: str, scope: Scope, site: Site) -> bool:
    """A method call on an object of unknown class counts when the name is the project's own and distinctive."""
    if not isinstance(site.call.func, Attr) or scope.klass() is None or scope.short.startswith("__"):
        return False
    if scope.short in COMMON or len(scope.short) < 6 or not _takes(scope, site.call):
        return False
    if site.awaited and not scope.is_async:
        return False
    return path.endswith(f".{scope.short}")


def accepts(scope: Scope, call: Call) -> bool:
    """Whether a function has parameters for the arguments of a call; where it hasn't, the call raises a TypeError and
    runs nothing. A decorator may take what the function does not, and `__post_init__` is handed none of what the object
    is made with."""
    if any(map(_changes, scope.decorators)) or scope.short == "__post_init__":
        return True
    if isinstance(call.func, Attr) and call.func.name == scope.short and _is_on_object(call.func.value):
        return scope.klass() is None or _takes(scope, call)
    takes_any = any(param.kind == "kwargs" for param in scope.params)
    names = {param.name for param in scope.params}
    return takes_any or all(each.name is None or each.name in names for each in call.keywords)


def _is_on_object(base: Expr) -> bool:
    """Whether a method is called on an object, as far as its name tells; a class has it with `self` as an argument."""
    match base:
        case Name(id=name) | Attr(name=name):
            return name != "cls" and not name.lstrip("_")[:1].isupper()
        case Call(func=Name(id="type")):
            return False
        case _:
            return True


def _changes(decorator: Expr) -> bool:
    return not isinstance(decorator, Name) or decorator.id not in ("staticmethod", "classmethod", "abstractmethod")


def _takes(scope: Scope, call: Call) -> bool:
    """Whether a method has parameters for the arguments of a call."""
    kinds = {param.kind for param in scope.params}
    params = [param for param in scope.params if param.kind == "positional"][0 if scope.is_static else 1 :]
    if is_starred(call):
        return True
    if len(call.args) > len(params) and "args" not in kinds:
        return False
    given = {each.name for each in call.keywords}
    if any(param.default is None and param.name not in given for param in params[len(call.args) :]):
        return False
    return "kwargs" in kinds or given <= {param.name for param in scope.params}
