"""What counts as a side effect inside a function that is retried, by the way it is called."""

from __future__ import annotations

import textwrap

import pytest
from memory import Memory

from aiready.checks.facts.effects import side_effects
from aiready.checks.model import Place
from aiready.checks.project.edges import shown
from aiready.checks.project.scope import Scope
from aiready.checks.project.world import World
from aiready.checks.read import read
from aiready.checks.read.tree import Call, Do


def function(text: str, name: str = "f") -> Scope:
    """The scope of a function in a module's text."""
    module = World(Memory({"app.py": text}), frozenset()).module("app.py")
    assert module is not None
    found = module.scope(name)
    assert found is not None
    return found


def effects(body: str, head: str = "", parameters: str = "") -> list[str]:
    """Names of the side effects in a function's body."""
    text = f"{head}\nasync def f({parameters}):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    return [name for _, name in side_effects(function(text))]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("session.add(row)", "session.add"),
        ("self.db.session.commit()", "self.db.session.commit"),
        ("await db_session.delete(row)", "db_session.delete"),
        ("conn.commit()", "conn.commit"),
        ("cursor.execute('INSERT INTO a VALUES (?)', (1,))", "cursor.execute"),
        ("cursor.execute(f'  update {table} set a = 1')", "cursor.execute"),
        ("conn.execute(text('DELETE FROM a'))", "conn.execute"),
        ("q = 'insert into a ' + b; await conn.execute(q)", "conn.execute"),
        ("conn.execute(insert(Order).values(a=1))", "conn.execute"),
        ("conn.executemany('WITH x AS (SELECT 1) INSERT INTO a SELECT * FROM x', rows)", "conn.executemany"),
        ("Order.objects.create(a=1)", "Order.objects.create"),
        ("Order.objects.filter(a=1).update(a=2)", "Order.objects.filter().update"),
        ("collection.insert_one(row)", "collection.insert_one"),
        ("table.put_item(Item=row)", "table.put_item"),
        ("supabase.table('a').insert(row).execute()", "supabase.table().insert"),
        ("db.collection('a').add(row)", "db.collection().add"),
        ("frame.to_sql('a', engine)", "frame.to_sql"),
        ("send_mail('a', 'b', 'c', ['d'])", "send_mail"),
        ("smtp.sendmail(a, b, c)", "smtp.sendmail"),
        ("server.send_message(message)", "server.send_message"),
        ("self.mailer.send_email(a)", "self.mailer.send_email"),
        ("send_email_to(a); send_email(a)", "send_email_to, send_email"),
        ("await client.chat_postMessage(channel=a, text=b)", "client.chat_postMessage"),
        ("await message.channel.send(text)", "message.channel.send"),
        ("await ctx.send(text)", "ctx.send"),
        ("await interaction.response.send_message(text)", "interaction.response.send_message"),
        ("await context.bot.send_message(a, text)", "context.bot.send_message"),
        ("await update.message.reply_text(text)", "update.message.reply_text"),
        ("twilio.messages.create(to=a, from_=b, body=c)", "twilio.messages.create"),
        ("channel.basic_publish(exchange='', routing_key='a', body=b)", "channel.basic_publish"),
        ("redis.publish('a', b)", "redis.publish"),
        ("producer.send('topic', b)", "producer.send"),
        ("sqs.send_message(QueueUrl=a, MessageBody=b)", "sqs.send_message"),
        ("app.send_task('work', args=[1])", "app.send_task"),
        ("work.delay(1)", "work.delay"),
        ("work.apply_async(args=[1])", "work.apply_async"),
        ("queue.enqueue(work, 1)", "queue.enqueue"),
        ("with open(path, 'w') as out: pass", "open"),
        ("open(path, mode='ab')", "open"),
        ("async with aiofiles.open(path, 'w') as out: pass", "aiofiles.open"),
        ("Path('a').write_text(b)", "Path().write_text"),
        ("path.open('a')", "path.open"),
        ("charge(order)", "charge"),
        ("self.payments.refund(order)", "self.payments.refund"),
        ("jira.create_issue(fields=a)", "jira.create_issue"),
        ("self.session.post(url, json=row)", "self.session.post"),
    ],
)
def test_what_the_world_notices(line: str, name: str) -> None:
    assert effects(line) == name.split(", ")


@pytest.mark.parametrize(
    ("head", "line", "name"),
    [
        ("import requests", "requests.post(url, json=a)", "requests.post"),
        ("import requests as r", "r.delete(url)", "r.delete"),
        ("from requests import put", "x = put", ""),
        ("import httpx\nclient = httpx.Client()", "client.request('PATCH', url)", "client.request"),
        ("import httpx", "async with httpx.AsyncClient() as c:\n    await c.put(url)", "c.put"),
        ("import aiohttp", "async with aiohttp.ClientSession() as s:\n    async with s.post(url): pass", "s.post"),
        ("import requests", "requests.request(method='POST', url=url)", "requests.request"),
        ("import smtplib", "with smtplib.SMTP('h') as x:\n    x.send_message(m)", "x.send_message"),
        ("import stripe", "stripe.PaymentIntent.create(amount=1)", "stripe.PaymentIntent.create"),
        ("import stripe as pay", "pay.checkout.Session.create()", "pay.checkout.Session.create"),
        ("from stripe import StripeClient\npay = StripeClient('x')", "pay.refunds.create()", "pay.refunds.create"),
        ("import resend", "resend.Emails.send({})", "resend.Emails.send"),
        ("import shutil, os", "shutil.rmtree(a)", "shutil.rmtree"),
        ("from django.core.mail import EmailMessage", "EmailMessage('a').send()", "EmailMessage().send"),
        ("from .models import Order", "order = Order(a=1)\norder.save()", "order.save"),
        ("from twilio.rest import Client\nphone = Client()", "phone.calls.create(url=a)", "phone.calls.create"),
        ("from slack_sdk.webhook import WebhookClient", "w = WebhookClient(u)\nw.send(text='a')", "w.send"),
    ],
)  # fmt: skip
def test_what_imports_tell(head: str, line: str, name: str) -> None:
    assert effects(line, head) == ([name] if name else [])


@pytest.mark.parametrize(
    ("annotation", "line", "name"),
    [("s: sqlalchemy.orm.Session", "s.add(row)", "s.add"), ("h: httpx.AsyncClient", "await h.post(url)", "h.post")],
)
def test_what_annotations_tell(annotation: str, line: str, name: str) -> None:
    assert effects(line, "import httpx\nimport sqlalchemy.orm", annotation) == [name]


@pytest.mark.parametrize(
    "line",
    [
        "log.info('sent')", "print(a)", "logger.add(sink)", "seen.add(a)", "items.append(a)", "cache.set(a, b)",
        "metrics.increment('a')", "span.set_attribute('a', b)", "requests.get(url)",
        "requests.post(url + '/search', json=a)",
        "requests.post('https://api.openai.com/v1/chat/completions', json=a)",
        "requests.post(f'{BASE}/embeddings', json=a)", "requests.request('GET', url)", "cursor.execute('SELECT 1')",
        "cursor.execute(query)", "conn.execute(select(Order))",
        "cursor.execute('INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING')",
        "cursor.execute('INSERT OR REPLACE INTO a VALUES (1)')",
        "conn.execute(insert(Order).on_conflict_do_nothing())", "Order.objects.get_or_create(a=1)",
        "Order.objects.filter(a=1)", "values.update(a=1)", "figure.save()", "figure.save('a.png')", "open(path)",
        "open(path, 'rb')", "path.read_text()", "chat.send_message(text)", "self.chat_session.send_message(text)",
        "model.start_chat().send_message(text)", "generator.send(None)", "conversation.add(a)", "queue.put(a)",
        "time.sleep(1)", "message.create(a)", "await asyncio.sleep(1)",
        "client.messages.create(model='x', max_tokens=1, messages=[])", "client.chat.completions.create(model='x')",
        "session.execute(query)", "session.query(Order).all()", "self.client.post(url)", "pygame.time.delay(3)",
        "x = y.delay", "image.open(name)", "webbrowser.open('http://a')",
    ],
)  # fmt: skip
def test_what_nobody_notices(line: str) -> None:
    assert effects(line, "import requests, asyncio, time, pygame, webbrowser") == []


@pytest.mark.parametrize(
    "line",
    [
        "stripe.PaymentIntent.create(amount=1, idempotency_key=order)",
        "requests.post(url, json=a, headers={'Idempotency-Key': order})",
        "headers = {'X': 'y', 'idempotency-key': order}\nrequests.post(url, headers=headers)",
        "sqs.send_message(QueueUrl=a, MessageDeduplicationId=order)",
        "table.put_item(Item=a, ConditionExpression='attribute_not_exists(id)')",
    ],
)
def test_a_key_makes_the_second_time_harmless(line: str) -> None:
    assert effects(line, "import requests, stripe") == []


def test_only_the_functions_own_body_counts() -> None:
    body = """
        def later():
            send_email(a)
        class Inner:
            session.add(a)
        act = lambda: work.delay(1)
        run(later)
    """
    assert effects(body) == []


TEXT = """
import requests

def f(rows):
    session.add(1)
    for row in rows:
        requests.post(row)
        reply = ask(row)
        work.delay(reply)
    session.commit()

def g():
    while True:
        try:
            open("a", "w")
            return ask(send_email(1))
        except Exception:
            send_email(2)
    charge(3)
"""


def test_places_are_those_of_the_calls() -> None:
    found = side_effects(function(TEXT))
    assert found == (
        (Place("app.py", 5, 5, 5, 19), "session.add"),
        (Place("app.py", 7, 9, 7, 27), "requests.post"),
        (Place("app.py", 9, 9, 9, 26), "work.delay"),
        (Place("app.py", 10, 5, 10, 21), "session.commit"),
    )


def test_what_has_not_happened_when_the_call_fails_is_not_repeated() -> None:
    scope = function(TEXT)
    call = next(site for site in scope.sites if shown(site.call.func) == "ask")
    assert [name for _, name in side_effects(scope, call)] == ["session.add", "requests.post", "work.delay"]


def test_in_a_loop_only_what_the_loop_repeats_counts() -> None:
    scope = function(TEXT, "g")
    call = next(site for site in scope.sites if shown(site.call.func) == "ask")
    loop = next(frame.node for frame in call.frames if frame.kind == "loop")
    assert [(place.line, name) for place, name in side_effects(scope, call, loop)] == [(15, "open"), (16, "send_email")]
    assert [place.line for place, _ in side_effects(scope, None, loop)] == [15, 16, 18]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("a.b.c()", "a.b.c"),
        ("a().b()", "a().b"),
        ("a[0].b()", "a[].b"),
        ("(await a).b()", "a.b"),
        ("(x or y).b()", "….b"),
        ("a" + ".b" * 50 + "()", "…" + ".b" * 8),
    ],
)
def test_callees_are_shown_without_arguments(code: str, name: str) -> None:
    (statement,) = read(f"{code}\n")
    assert isinstance(statement, Do)
    assert isinstance(statement.value, Call)
    assert shown(statement.value.func) == name


def test_names_given_to_themselves_end() -> None:
    body = """
        session = session
        a = b
        b = a
        q = text(q)
        session.add(a)
        a.post(b)
        session.execute(q)
        session.execute(a)
    """
    assert effects(body) == ["session.add"]
