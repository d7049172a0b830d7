"""What other modules do with an answer: none of it says that a model wrote it."""

import json
import logging
import os
import re
import shlex
import sqlite3
import subprocess

from pydantic import BaseModel, ValidationError

log = logging.getLogger(__name__)
FENCE = re.compile(r"```(?:json|python)?\n(.*?)```", re.DOTALL)


class Order(BaseModel):
    item: str
    count: int


def content(reply):
    return reply.choices[0].message.content


def strip_fence(text):
    found = FENCE.search(text)
    return (found.group(1) if found else text).strip()


def to_data(text):
    return json.loads(strip_fence(text))


def to_order(text):
    try:
        return Order.model_validate_json(strip_fence(text))
    except ValidationError:
        log.warning("no order")
        return None


def run(command, *, cwd=None):
    return subprocess.run(command, shell=True, cwd=cwd, capture_output=True, text=True, check=False)


def run_words(command):
    return subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)


def system(command):
    return os.system("timeout 5 " + command)


class Store:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)

    def rows(self, query, words=()):
        cursor = self.connection.cursor()
        cursor.execute(query, words)
        return cursor.fetchall()
