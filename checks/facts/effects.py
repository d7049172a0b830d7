"""What a function does to the world besides asking a model: a retry of the function does it again.

Writes, messages, payments and queued work are known by the way they are called and, where a name alone says too
little (`post`, `add`, `send`), by what the receiver was made from or is called. Logging, metrics, caches and local
lists are no effects, nor is anything that carries an idempotency key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..model import Place
from ..project.apis import apis
from ..project.edges import arguments_of, base_of, shown
from ..project.scope import Binding, Scope, Site
from ..read.tree import Attr, Await, Binary, Call, Const, Expr, Index, Mapping, Name, Template, walk

MOST = 8
"""Names and steps followed to find what a receiver is."""
HTTP = ("requests", "httpx", "aiohttp", "urllib3", "curl_cffi", "niquests")
VERBS = frozenset({"post", "put", "patch", "delete"})
SEARCHES = re.compile(r"/search|/query|/graphql|count_?tokens|duckduckgo")
"""Addresses of requests that change nothing, beside those to models."""
QUERIES = frozenset({"q", "query", "search", "search_query", "searchQuery"})
"""Keys of what is sent to a search."""
SAFE = re.compile(r"(?i)idempoten|dedup|clientrequesttoken|conditionexpression")
"""Keywords and headers that make the second time harmless."""
SQL = re.compile(r"(?i)\s*(?:with\b.*?\)\s*)?(insert|update|delete|merge|drop|alter|truncate)\b", re.DOTALL)
HARMLESS_SQL = re.compile(r"(?i)\bon\s+(?:conflict|duplicate)\b|\binsert\s+or\s+(?:ignore|replace)\b|\bif\s+exists\b")
REMOVING = frozenset({"delete", "drop", "truncate"})
EXECUTES = frozenset({"execute", "executemany", "execute_async", "fetchrow", "exec"})
"""Methods that run a statement."""
DATABASES = ("sqlalchemy.", "sqlmodel.", "sqlite3.", "psycopg", "pymysql.", "asyncpg.", "aiosqlite.", "duckdb.")
BUILDERS = frozenset({"insert", "update", "delete"})
"""Functions of SQLAlchemy that make a statement."""
ORMS = frozenset({"django", "mongoengine", "peewee", "tortoise", "beanie", "odmantic", "redis_om", "pony", "orm"})

WEB = re.compile(r"(?i)(?:^|_)(?:http|session|client|api)(?:_client)?$")
DATABASE = re.compile(r"(?i)(?:^|_)(?:sess|session|db|database|conn|connection|tx|transaction|trans|cur|cursor|uow)$")
MAILBOX = re.compile(r"(?i)(?:^|_)(?:e?mail|mailer|smtp|server|message|msg|webhook)$")
CHANNEL = re.compile(
    r"(?i)(?:^|_)(?:bot|channel|ctx|context|interaction|followup|response|thread|user|author|slack|sqs|queue|sender)$"
)
PRODUCER = re.compile(
    r"(?i)(?:^|_)(?:producer|publisher|channel|sqs|sns|broker|webhook|mail|email|msg|bot|ctx|followup|author)$"
)
TALK = re.compile(r"(?i)chat|convers|model|llm|gemini|assistant|agent|gpt|claude|history|memory")
"""Receivers whose messages go to a model."""

ALWAYS = frozenset({
    "insert_one", "insert_many", "update_one", "update_many", "delete_one", "delete_many", "replace_one", "bulk_write",
    "put_item", "update_item", "delete_item", "bulk_save_objects", "bulk_create", "bulk_update", "to_sql",
    "send_mail", "send_mass_mail", "mail_admins", "mail_managers", "sendmail", "send_email", "send_raw_email",
    "chat_postMessage", "chat_postEphemeral", "chat_update", "chat_scheduleMessage", "files_upload", "files_upload_v2",
    "reply_text", "reply_photo", "reply_document", "reply_html", "reply_markdown", "send_photo", "send_document",
    "basic_publish", "send_task", "apply_async", "enqueue", "enqueue_in", "enqueue_at", "put_record", "put_records",
    "put_events", "publish", "publish_message", "send_messages", "lpush", "rpush", "xadd",
    "upload_file", "upload_fileobj", "put_object", "upload_blob", "upload_from_string", "upload_from_filename",
    "write_text", "write_bytes", "create_issue", "create_comment", "create_pull", "create_pull_request",
    "create_issue_comment", "create_review", "create_review_comment", "place_order", "create_tweet",
})  # fmt: skip
"""Methods and functions whose name says it all."""
STORES = frozenset({
    "insert_one", "insert_many", "update_one", "bulk_write", "put_item", "bulk_create", "to_sql", "hset", "lpush",
    "rpush", "xadd", "add_user_message", "add_ai_message",
})  # fmt: skip
"""Those that put something into a database."""
CURRIED = frozenset({"sync_to_async", "database_sync_to_async", "asyncify", "make_async"})
"""Functions that give back an async twin of the function they are given."""
SPOKEN = re.compile(
    r"a?send_(?:e?mails?|sms|text_message|notifications?|whatsapp|invoice|webhook|push|slack|telegram|discord)(?:_\w+)?"
    r"|(?:charge|refund|payout)(?:_(?:card|customer|payment|order|user))?"
    r"|publish_(?:event|message|post)s?|create_(?:charge|payment|order|invoice)|post_(?:tweet|to_slack|message)"
)
"""Names of a project's own functions that say it."""
PAID = frozenset({"create", "capture", "confirm", "pay", "send_invoice", "cancel", "modify", "finalize_invoice"})
MADE = {
    "smtplib": frozenset({"send_message"}), "aiosmtplib": frozenset({"send", "send_message"}),
    "resend": frozenset({"send"}), "sendgrid": frozenset({"send"}), "yagmail": frozenset({"send"}),
    "twilio": frozenset({"create"}), "stripe": PAID, "braintree": frozenset({"sale", "create"}), "paypalrestsdk": PAID,
    "slack_sdk": frozenset({"send", "send_dict"}), "discord": frozenset({"send", "send_message"}),
    "telegram": frozenset({"send_message"}), "telebot": frozenset({"send_message", "reply_to"}),
    "aiogram": frozenset({"send_message", "answer"}), "tweepy": frozenset({"update_status"}),
    "kafka": frozenset({"send"}), "aiokafka": frozenset({"send", "send_and_wait"}),
    "os": frozenset({"remove", "unlink"}),
    "shutil": frozenset({"rmtree", "move"}), "django.core.mail": frozenset({"send"}),
}  # fmt: skip
"""Import root -> methods of what it makes, or functions of it, that act."""


def side_effects(scope: Scope, call: Site | None = None, within: object | None = None) -> tuple[tuple[Place, str], ...]:
    """Calls of the function's own body that write, send, pay or publish: where, and the name of what is called.

    With `call`, the one whose failure is repeated, it is no effect itself, and what stands after it is not repeated
    when it fails, unless both stand in a loop. With `within`, a statement, only what stands inside it is looked at.
    """
    return tuple(
        (Place(scope.module.path, *site.call.span), shown(site.call.func))
        for site in scope.sites
        if within is None or any(frame.node is within for frame in site.frames)
        if site is not call and (call is None or _repeated(site, call, within))
        if acts(site.call, scope)
    )


def acts(call: Call, scope: Scope) -> bool:
    """Whether a call changes something outside, each time anew."""
    return not _is_safe(call, scope) and any(test(call, scope) for test in TESTS)


def _repeated(site: Site, call: Site, within: object | None) -> bool:
    """Whether it has happened when the call fails: it stands before it, or in a loop around both."""
    if any(frame.node is site.call for frame in call.frames):
        return False  # the call is its argument
    if any(frame.node is call.call for frame in site.frames):
        return True  # it is an argument of the call
    if (site.call.span.line, site.call.span.column) < (call.call.span.line, call.call.span.column):
        return True
    loops = {id(frame.node) for frame in call.frames if frame.kind in ("loop", "comp") and frame.node is not within}
    return any(id(frame.node) in loops for frame in site.frames)


def stores(call: Call, scope: Scope) -> bool:
    """Whether a call puts something into a database, itself or through what runs it in a thread:
    `sync_to_async(Message.objects.create)(text=answer)`."""
    match call.func:
        case Call(func=func, args=(Attr() as inner, *_)) if _last(func) in CURRIED:
            call = replace(call, func=inner)
        case _:
            pass
    return _writes_to_database(call, scope) or (isinstance(call.func, Attr) and call.func.name in STORES)


def _writes_to_database(call: Call, scope: Scope) -> bool:
    match call.func:
        case Attr(value=base, name="add" | "add_all" | "merge" | "delete" | "commit"):
            return _is_database(base) or _path(base, scope).startswith(DATABASES)
        case Attr(name=name) if name in EXECUTES:
            return bool(call.args) and bool(_verb(call.args[0], scope))
        case Attr(value=base, name="create" | "acreate" | "bulk_create" | "abulk_create"):
            return _last(base) == "objects"
        case Attr(value=base, name="update" | "delete" | "aupdate" | "adelete"):
            return _is_queryset(base)
        case Attr(value=base, name="insert"):
            return _last(base) in ("table", "from_")
        case Attr(name="save" | "asave"):
            return not call.args and _uses(scope, ORMS)
        case _:
            return False


def _is_database(receiver: Expr) -> bool:
    """Named like a connection or session, or `db.collection("a")` of Firestore."""
    name = _last(receiver)
    return bool(DATABASE.search(name)) or (name == "collection" and isinstance(receiver, Call))


def removes(call: Call, scope: Scope) -> bool:
    """Whether a call runs SQL that takes something away."""
    runs = isinstance(call.func, Attr) and call.func.name in EXECUTES and bool(call.args)
    return runs and _verb(call.args[0], scope) in REMOVING


def _verb(statement: Expr, scope: Scope) -> str:
    """What SQL changes something by, as text or built with SQLAlchemy; empty where it changes nothing."""
    text = _text(statement, scope)
    if text:
        said = SQL.match(text)
        return said[1].lower() if said is not None and not HARMLESS_SQL.search(text) else ""
    node: Expr | None = _value(statement, scope)
    for _ in range(MOST):
        match node:
            case Call(func=Attr(value=Name(id=_), name=name) | Name(id=name)) if name in BUILDERS:
                return name
            case Call(func=Attr(name="on_conflict_do_nothing" | "on_conflict_do_update")):
                return ""
            case Call(func=Attr(value=inner)):
                node = inner
            case _:
                return ""
    return ""


def _is_queryset(node: Expr) -> bool:
    """`Order.objects.filter(…)`, or `db.table("orders")` of Supabase."""
    for _ in range(MOST):
        match node:
            case Attr(value=inner, name=name):
                if name == "objects":
                    return True
                node = inner
            case Call(func=inner):
                if _last(inner) in ("table", "from_"):
                    return True
                node = inner
            case _:
                return False
    return False


def _asks(text: str) -> bool:
    return SEARCHES.search(text) is not None or apis().asks(text)


def _requests(call: Call, scope: Scope) -> bool:
    """An HTTP request that changes something, and is none to a model or a search."""
    if not isinstance(call.func, Attr) or call.func.name not in (*VERBS, "request"):
        return False
    path = _path(call.func, scope)
    if not path.startswith(HTTP) and (path or not _is_like_http(call.func.value, call)):
        return False
    verbs = {call.func.name}
    if call.func.name == "request":
        methods = [each.value for each in call.keywords if each.name == "method"] + list(call.args[:1])
        verbs = {_text(each, scope).lower() for each in methods}
    return not VERBS.isdisjoint(verbs) and not ("post" in verbs and _is_search(call, scope))


def _is_search(call: Call, scope: Scope) -> bool:
    """Whether what is sent asks a model or a search, by its address or its body; GraphQL calls it a query, too, where
    something is changed."""
    bodies = [_value(each.value, scope) for each in call.keywords if each.name in ("data", "json", "params")]
    if any("mutation" in _written(each, scope) for each in bodies):
        return False
    pairs = [
        (key.value, value)
        for body in bodies
        if isinstance(body, Mapping)
        for key, value in zip(body.keys, body.values, strict=True)
        if isinstance(key, Const)
    ]
    queries = [value for key, value in pairs if key in QUERIES]
    if any(key == "variables" for key, _ in pairs) and not all("query" in _written(each, scope) for each in queries):
        return False
    return bool(queries) or any(_asks(_text(arg, scope)) for arg in arguments_of(call))


def _written(node: Expr, scope: Scope) -> str:
    """The text in an expression, also in what its names were given."""
    found = (part for each in walk(node) for part in (walk(_value(each, scope)) if isinstance(each, Name) else (each,)))
    return " ".join(each.value for each in found if isinstance(each, Const) and isinstance(each.value, str))


def _is_like_http(receiver: Expr, call: Call) -> bool:
    """A receiver of unknown make that is called and used like an HTTP client."""
    return bool(WEB.search(_last(receiver))) and any(each.name in ("json", "data", "files") for each in call.keywords)


def _sends(call: Call, scope: Scope) -> bool:
    match call.func:
        case Attr(value=base, name="send_message" | "reply" | "send_json_message"):
            return bool(CHANNEL.search(_last(base)) or MAILBOX.search(_last(base))) and not TALK.search(shown(base))
        case Attr(value=base, name="send" | "asend" | "produce"):
            return bool(PRODUCER.search(_last(base)) or CHANNEL.search(_last(base))) and not TALK.search(shown(base))
        case Attr(value=base, name="delay"):
            return not _path(base, scope).startswith(("time", "pygame", "asyncio"))
        case Attr(value=Attr(name="messages"), name="create"):
            return any(each.name in ("to", "from_", "body") for each in call.keywords)
        case _:
            return False


def _is_named(call: Call, scope: Scope) -> bool:
    name = _last(call.func)
    return name in ALWAYS or speaks(name)


def speaks(name: str) -> bool:
    """Whether the name of a project's own function says that it sends, pays or publishes."""
    return SPOKEN.fullmatch(name) is not None


def of_library(call: Call, scope: Scope) -> bool:
    """Whether a package does it that is there for it: for mail, payments, a messenger."""
    path = _path(call.func, scope)
    owner, _, name = path.rpartition(".")
    return any(
        name in names and (owner == root or owner.startswith((f"{root}.", f"{root}("))) for root, names in MADE.items()
    )


def _writes_file(call: Call, scope: Scope) -> bool:
    match call.func:
        case Name(id="open") | Attr(value=Name(id="aiofiles" | "io" | "codecs" | "gzip"), name="open"):
            mode = call.args[1] if len(call.args) > 1 else None
        case Attr(name="open"):  # of a path
            mode = call.args[0] if call.args else None
        case _:
            return False
    named = next((each.value for each in call.keywords if each.name == "mode"), mode)
    text = _text(named, scope) if named is not None else ""
    return len(text) <= 3 and bool(set("wax+") & set(text)) and set(text) <= set("rwaxbt+U")


TESTS: tuple[Callable[[Call, Scope], bool], ...] = (
    _is_named, _writes_to_database, _requests, _sends, of_library, _writes_file,
)  # fmt: skip


def _is_safe(call: Call, scope: Scope) -> bool:
    """Whether an idempotency key goes with it, as an argument or a header."""
    for each in call.keywords:
        if each.name is not None and SAFE.search(each.name):
            return True
        match _value(each.value, scope):
            case Mapping(keys=keys) if any(isinstance(key, Const) and SAFE.search(str(key.value)) for key in keys):
                return True
            case _:
                pass
    return False


def _last(node: Expr) -> str:
    """The name nearest to the call: `session` of `self.db.session`, `table` of `db.table("x")`."""
    for _ in range(MOST):
        match node:
            case Attr(name=name) | Name(id=name):
                return name
            case Call(func=inner) | Index(value=inner) | Await(value=inner):
                node = inner
            case _:
                return ""
    return ""


def _path(node: Expr, scope: Scope) -> str:
    """What it is in other packages' names, through imports and plain assignments: `requests.Session().post`."""
    way = ""
    for _ in range(MOST):
        base, steps = base_of(node)
        way = steps + way
        if not isinstance(base, Name) or "[" in steps:
            return ""
        found, scope = _binding(base.id, scope)
        match found:
            case Binding(how="import", module=module, attr=attr, level=0) if module:
                return ".".join(filter(None, (module, attr))) + way
            case Binding(how="value" | "enter", expr=expr, unpack=()) if expr is not None and expr is not base:
                node = expr
            case Binding(how="param", param=param) if param is not None and param.annotation is not None:
                node, way = param.annotation, f"(){way}"
            case _:
                return ""
    return ""


def _binding(name: str, scope: Scope) -> tuple[Binding | None, Scope]:
    """The first way a name gets its value, as seen from the scope, and where."""
    at: Scope | None = scope
    while at is not None:
        if name in at.bindings and (at.kind != "class" or at is scope):
            return at.bindings[name][0], at
        at = at.parent
    return None, scope


def _value(node: Expr, scope: Scope) -> Expr:
    """What a name was given, where that is plain; else the expression itself."""
    if isinstance(node, Name):
        found, _ = _binding(node.id, scope)
        if found is not None and found.how == "value" and found.expr is not None and not found.unpack:
            return found.expr
    return node


def _text(node: Expr, scope: Scope, steps: int = MOST) -> str:
    """The text of a literal, of an f-string's literal pieces, or of `text("…")`; empty where there is none."""
    for left in range(steps, 0, -1):
        match node:
            case Const(value=str() as text):
                return text
            case Template(parts=parts):
                pieces = (part.value if isinstance(part, Const) else " " for part in parts)
                return "".join(str(piece) for piece in pieces)
            case Name() if (given := _value(node, scope)) is not node:
                node = given
            case Call(func=Name(id="text" | "SQL") | Attr(name="text" | "SQL"), args=(inner, *_)):
                node = inner
            case Call(func=Attr(value=inner, name="format" | "strip")):
                node = inner
            case Binary(op="+", left=one, right=two):
                return _text(one, scope, left - 1) + _text(two, scope, left - 1)
            case Binary(op="%", left=one):
                node = one
            case _:
                return ""
    return ""


def _uses(scope: Scope, roots: frozenset[str]) -> bool:
    """Whether the module imports one of the packages, or a module called `models`."""
    for bindings in scope.module.top.bindings.values():
        for each in bindings:
            if each.how == "import" and each.module is not None:
                parts = each.module.split(".")
                if parts[0] in roots or "models" in (*parts, each.attr):
                    return True
    return False
