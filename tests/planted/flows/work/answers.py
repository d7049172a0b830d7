"""Answers on their way to what parses, checks, shows or runs them."""

import json
import os
import pickle
import base64

import openai
import streamlit as st
from jinja2 import Template

from .helpers import Store, content, run, run_words, strip_fence, system, to_data, to_order

client = openai.OpenAI()
store = Store("shop.db")



def data(text):
    reply = client.responses.create(model="gpt-4o", input=text)  # output: parsed-unvalidated
    return to_data(reply.output_text)["items"]


def order(text):
    reply = client.responses.create(model="gpt-4o", input=text)  # output: parsed-validated
    found = to_order(reply.output_text)
    return found.item if found else "nothing"


def rows(question):
    reply = client.chat.completions.create(  # output: executed
        model="gpt-4o", messages=[{"role": "user", "content": f"SQL for {question}"}]
    )
    query = strip_fence(content(reply))
    return store.rows(query)


def look_up(question):
    reply = client.chat.completions.create(  # output: text
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    return store.rows("select * from items where name = ?", (content(reply),))


def page(question):
    reply = client.chat.completions.create(  # output: executed
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    st.markdown(f"<div class='answer'>{content(reply)}</div>", unsafe_allow_html=True)


def safe_page(question):
    reply = client.chat.completions.create(  # output: text
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    st.markdown(content(reply))


def shell(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    for line in reply.output_text.splitlines():
        run(line.strip())


def words(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return run_words(reply.output_text).stdout


def bounded(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return system(reply.output_text)


def streamed(task):
    stream = client.chat.completions.create(  # output: executed
        model="gpt-4o", messages=[{"role": "user", "content": task}], stream=True
    )
    chunks = []
    for chunk in stream:
        chunks.append(chunk.choices[0].delta.content or "")
    return eval("".join(chunks))


def streamed_text(task):
    text = ""
    for event in client.responses.create(model="gpt-4o", input=task, stream=True):  # output: executed
        if event.type == "response.output_text.delta":
            text += event.delta
    exec(compile(text, "<answer>", "exec"))


def pieces(task):
    for chunk in client.chat.completions.create(  # output: executed
        model="gpt-4o", messages=[{"role": "user", "content": task}], stream=True
    ):
        yield chunk.choices[0].delta.content or ""


def run_pieces(task):
    exec("".join(part for part in pieces(task)))


def template(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return Template(reply.output_text).render(user="me")


def unpickled(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return pickle.loads(base64.b64decode(reply.output_text))

