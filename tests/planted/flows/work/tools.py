"""Tools that the model calls: arguments without a schema, names looked up in a table."""

import json
import os
import subprocess

import anthropic
import openai

client = openai.OpenAI()
claude = anthropic.Anthropic()
TOOLS = [{"type": "function", "function": {"name": "run_shell", "parameters": {"type": "object"}}}]


def run_shell(command):
    return subprocess.check_output(command, shell=True, text=True)


def remove(path):
    os.remove(path)
    return "gone"


TABLE = {"run_shell": run_shell, "remove": remove}


def step(messages):
    reply = client.chat.completions.create(  # output: executed
        model="gpt-4o", messages=messages, tools=TOOLS
    )
    for call in reply.choices[0].message.tool_calls or ():
        arguments = json.loads(call.function.arguments)
        messages.append({"role": "tool", "content": TABLE[call.function.name](**arguments), "tool_call_id": call.id})
    return messages


class Agent:
    def __init__(self):
        self.tools = {}
        self.register("shell", self._shell)

    def register(self, name, function):
        self.tools[name] = function

    def _shell(self, command):
        return subprocess.run(command, shell=True, capture_output=True).stdout

    def dispatch(self, name, arguments):
        tool = self.tools.get(name)
        if tool is None:
            return "no such tool"
        return tool(**arguments)

    def turn(self, messages):
        reply = claude.messages.create(  # output: executed
            model="claude-sonnet-4-5", max_tokens=500, messages=messages, tools=[{"name": "shell"}]
        )
        return [
            self.dispatch(block.name, block.input) for block in reply.content if block.type == "tool_use"
        ]


def by_name(messages):
    reply = client.chat.completions.create(  # output: executed
        model="gpt-4o", messages=messages, tools=TOOLS
    )
    call = reply.choices[0].message.tool_calls[0]
    return globals()[call.function.name](**json.loads(call.function.arguments))


def harmless(city):
    return {"city": city}


KNOWN = {"harmless": harmless}


def quiet(messages):
    reply = client.chat.completions.create(  # output: parsed-unvalidated
        model="gpt-4o", messages=messages, tools=TOOLS
    )
    call = reply.choices[0].message.tool_calls[0]
    return KNOWN[call.function.name](**json.loads(call.function.arguments))
