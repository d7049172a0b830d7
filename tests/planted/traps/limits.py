"""Limits that are set, but not where one looks first: each of these calls has one."""

import functools

import openai
from anthropic import Anthropic

client = openai.OpenAI()
claude = Anthropic()
ask = client.chat.completions.create
short = functools.partial(client.responses.create, timeout=20)
SETTINGS = {"model": "gpt-4o", "timeout": 15}


def by_alias(text):
    return ask(model="gpt-4o", messages=[{"role": "user", "content": text}], timeout=10)  # call: openai 10


def by_words(text):
    return client.chat.completions.create(messages=[{"role": "user", "content": text}], **SETTINGS)  # call: openai 15


def forward(text, **words):
    return client.chat.completions.create(  # call: openai 30
        model="gpt-4o", messages=[{"role": "user", "content": text}], **words
    )


def by_forwarding(text):
    return forward(text, timeout=30)


def by_options(text):
    return client.with_options(timeout=5).chat.completions.create(  # call: openai 5
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )


def by_options_kept(text):
    quick = claude.with_options(timeout=7, max_retries=1)
    return quick.messages.create(  # call: anthropic 7
        model="claude-haiku-4-5", max_tokens=10, messages=[{"role": "user", "content": text}]
    )


def by_partial(text):
    return short(model="gpt-4o", input=text)  # call: openai 20
