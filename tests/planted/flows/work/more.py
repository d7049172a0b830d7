"""Pages, statements and scripts: what of them the model writes, and what only stands in its place."""

import html
import os
import sqlite3
import subprocess
import sys

import bleach
import openai
import pandas as pd
import streamlit as st
from fastapi.responses import HTMLResponse
from flask import render_template_string
from jinja2 import Environment, Template
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser, StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from markupsafe import Markup, escape

from .helpers import Order

client = openai.OpenAI()
model = ChatOpenAI(model="gpt-4o")
templates = Environment(autoescape=True)


def answer(task):
    return client.responses.create(model="gpt-4o", input=task).output_text  # output: executed


def plain(task):
    return client.responses.create(model="gpt-4o", input=task).output_text  # output: text


def page(task):
    return HTMLResponse(content=f"<p>{answer(task)}</p>")


def escaped_page(task):
    return HTMLResponse(f"<p>{html.escape(plain(task))}</p>")


def cleaned(task):
    clean = bleach.clean(plain(task))
    st.markdown("<p>" + clean + "</p>", unsafe_allow_html=True)


def escaped_for_something_else(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return eval(html.escape(reply.output_text))


def in_a_template(task):
    text = plain(task)
    render_template_string("<b>{{ answer }}</b>", answer=text)
    Template("<b>{{ x }}</b>").render(x=text)
    templates.get_template("a.html").render({"x": text})
    return Markup("<b>%s</b>") % escape(text)


def as_template(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return render_template_string(f"<b>{reply.output_text}</b>")


def in_a_statement(task):
    text = plain(task)
    connection = sqlite3.connect("a.db")
    connection.execute("insert into log values (?)", (text,))
    return pd.read_sql("select * from log where text = ?", connection, params=[text])


def as_statement(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return pd.read_sql(sql=reply.output_text, con=sqlite3.connect("a.db"))


def read_by_a_command(task):
    return subprocess.run(["wc", "-w"], input=plain(task), text=True)


def read_by_an_interpreter(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    return subprocess.run(["bash", "-s"], input=reply.output_text, text=True)


def read_by_a_script(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: text
    return subprocess.run([sys.executable, "count.py"], input=reply.output_text, text=True)


def script(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: executed
    with open("made.py", "w") as file:
        file.write(reply.output_text)
    os.system("python made.py")


def script_beside_another(task):
    reply = client.responses.create(model="gpt-4o", input=task)  # output: text
    with open("made.txt", "w") as file:
        file.write(reply.output_text)
    os.system("python other.py")


def chain(task):
    made = ChatPromptTemplate.from_template("{task}") | model | StrOutputParser()
    return eval(made.invoke({"task": task}))  # output: executed


def json_chain(task):
    made = ChatPromptTemplate.from_template("{task}") | model | JsonOutputParser()
    return made.invoke({"task": task})["items"]  # output: parsed-unvalidated


def checked_chain(task):
    made = ChatPromptTemplate.from_template("{task}") | model | PydanticOutputParser(pydantic_object=Order)
    try:
        return made.invoke({"task": task}).item  # output: parsed-validated
    except Exception:
        return "nothing"
