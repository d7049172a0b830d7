"""A graph that stops for a person before it runs a tool: every way there has to be known, and to be stopped on."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiready.checks.options import Options
from aiready.checks.pipeline import run

APP = '''
import shutil
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, create_react_agent
from langgraph.types import Command, interrupt

@tool
def wipe(path: str) -> str:
    """Delete a folder."""
    shutil.rmtree(path)
    return "gone"

model = ChatOpenAI(model="gpt-4o-mini").bind_tools([wipe])

def ask(state):
    return {"messages": [model.invoke(state["messages"])]}

def check(state):
    CHECK

def route(state):
    return "tools" if state.get("approved") else END

builder = StateGraph(MessagesState)
builder.add_node("ask", ask)
builder.add_node(check)
builder.add_node("tools", ToolNode([wipe]))
builder.add_edge(START, "ask")
builder.add_edge("ask", "check")
builder.add_conditional_edges("check", route)
builder.add_edge("tools", "ask")
MORE
graph = builder.compile(STOPS)
graph.invoke({"messages": [("user", input("> "))]})
'''
ASKED = 'return {"approved": interrupt(state["messages"][-1].tool_calls)}'
UNASKED = 'return {"approved": True}'


@pytest.mark.parametrize(
    ("check", "more", "stops", "confirmed"),
    [
        (ASKED, "", "", True),
        ('return Command(goto="tools" if interrupt("Go on?") else END)', "", "", True),
        (UNASKED, "", 'interrupt_before=["tools"]', True),
        (UNASKED, "", "", False),
        (UNASKED, "", 'interrupt_before=["ask"]', False),
        (UNASKED, "", 'interrupt_after=["check"]', True),
        ('state["more"] = model.invoke(interrupt("What?"))\n    return state', "", "", False),
        ('return {"approved": interrupt("Go on?") if state["slow"] else True}', "", "", False),
        ('if state["quick"]:\n        return {"approved": True}\n    ' + ASKED, "", "", False),
        (ASKED, 'builder.add_edge("ask", "tools")', "", False),
        (ASKED, 'builder.add_conditional_edges("ask", lambda state: state["next"])', "", False),
        (ASKED, 'builder.add_conditional_edges("ask", lambda state: state["next"], ["check", END])', "", True),
        (ASKED, 'other = create_react_agent("openai:gpt-4o-mini", [wipe])', "", False),
    ],
)
def test_every_way_to_the_tools_is_stopped_on(
    tmp_path: Path, check: str, more: str, stops: str, *, confirmed: bool
) -> None:
    text = APP.replace("CHECK", check).replace("MORE", more).replace("STOPS", stops)
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    found = run([tmp_path], Options(persona="auditor")).findings
    assert ("SAFE301" not in {each.rule for each in found}) == confirmed
