"""The HTML page in a real browser: quiet, whole on any screen, usable by keyboard and screen reader, and harmless.

Run with `pytest -m browser`, in an environment with the dependency group `browser`: Playwright drives the system's
Chromium (`apt-get install chromium`). axe-core is the file that the environment variable AXE names, or else fetched
by npm into pytest's cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import PAGES, audit, page

pytestmark = pytest.mark.browser

BenchRuns = Any
DESKTOP, PHONE = 1280, 360
VIEWS = [
    pytest.param(wide, scheme, script, id=f"{wide}-{scheme}{'' if script else '-noscript'}")
    for wide in (DESKTOP, PHONE)
    for scheme, script in (("light", True), ("dark", True), ("light", False))
]
every_page = pytest.mark.parametrize("name", PAGES)
WRONG = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => [each.id, each.nodes.length, each.nodes[0].html.slice(0, 200), each.nodes[0].failureSummary])"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's browser."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "no chromium is installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest) -> str:
    """The text of axe-core."""
    if "AXE" in os.environ:
        return Path(os.environ["AXE"]).read_text(encoding="utf-8")
    folder: Path = request.config.cache.mkdir("axe")
    found = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not found.exists():
        subprocess.run(["npm", "i", "--ignore-scripts", "--prefix", str(folder), "axe-core@4"], check=True)
    return found.read_text(encoding="utf-8")


class Opened:
    """A page in a window, with all that it said and asked for."""

    def __init__(self, chromium: Any, file: Path, wide: int = DESKTOP, scheme: str = "light", **more: Any) -> None:
        self.context = chromium.new_context(viewport={"width": wide, "height": 800}, color_scheme=scheme, **more)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def shown(self, selector: str) -> list[Any]:
        """The elements that can be seen."""
        return [each for each in self.page.query_selector_all(selector) if each.is_visible()]


def written(folder: Path, text: str) -> Path:
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    return file


@every_page
@pytest.mark.parametrize(("wide", "scheme", "script"), VIEWS)
def test_a_page_is_quiet_and_no_wider_than_its_window(
    chromium: Any, runs: BenchRuns, tmp_path: Path, name: str, wide: int, scheme: str, *, script: bool
) -> None:
    file = written(tmp_path, page(name, runs))
    with Opened(chromium, file, wide, scheme, java_script_enabled=script) as opened:
        for each in opened.page.query_selector_all("summary"):
            if each.is_visible():
                each.click()
        size = opened.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth, typeof window.hacked]")
        assert (opened.said, opened.asked) == ([], [file.as_uri()])
        assert size[0] <= size[1] == wide
        assert size[2] == "undefined"


@every_page
@pytest.mark.parametrize(("wide", "scheme"), [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light")])
def test_axe_finds_nothing_serious(
    chromium: Any, axe: str, runs: BenchRuns, tmp_path: Path, name: str, wide: int, scheme: str
) -> None:
    with Opened(chromium, written(tmp_path, page(name, runs)), wide, scheme) as opened:
        opened.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        opened.page.evaluate(axe)
        assert opened.page.evaluate(WRONG) == []


def test_the_table_of_rules_is_whole_on_a_phone(chromium: Any, runs: BenchRuns, tmp_path: Path) -> None:
    with Opened(chromium, written(tmp_path, page("desk", runs)), PHONE) as opened:
        box = opened.page.locator(".wide:has(table.rules)")
        assert box.evaluate("each => each.scrollWidth - each.clientWidth") == 0
        columns = opened.page.locator("table.rules thead th").all_inner_texts()
        assert columns == ["Severity", "Rule", "Findings"]


@pytest.fixture
def desk(chromium: Any, runs: BenchRuns, tmp_path: Path) -> Iterator[Opened]:
    with Opened(chromium, written(tmp_path, page("desk", runs))) as opened:
        yield opened


FOUND = "#a1-found [data-row]"


def test_findings_are_filtered_by_severity_rule_sdk_and_text(desk: Opened) -> None:
    found = audit("desk").findings
    assert len(desk.shown(FOUND)) == len(found)
    desk.page.get_by_label("Severity").select_option("error")
    errors = sum(each.severity == "error" for each in found)
    assert [each.get_attribute("data-s") for each in desk.shown(FOUND)] == ["error"] * errors
    assert desk.page.locator("form[data-for=a1-found] output").inner_text() == f"{errors} of {len(found)}"
    desk.page.get_by_label("Rule", exact=True).select_option("REL102")
    assert [each.get_attribute("data-r") for each in desk.shown(FOUND)] == ["REL102"]
    assert len(desk.shown("#a1-found article")) == 1
    desk.page.get_by_label("Severity").select_option("note")
    assert desk.shown(FOUND) == []
    desk.page.locator("form[data-for=a1-found]").get_by_role("button").click()
    desk.page.locator("#a1-found [data-row][hidden]").first.wait_for(state="detached")
    desk.page.locator("form[data-for=a1-found]").get_by_label("SDK").select_option("anthropic")
    assert {each.get_attribute("data-k") for each in desk.shown(FOUND)} == {"anthropic"}
    desk.page.locator("form[data-for=a1-found]").get_by_label("SDK").select_option("")
    desk.page.locator("form[data-for=a1-found]").get_by_label("Text").fill("NIGHTLY_digest")
    assert {each.get_attribute("data-r") for each in desk.shown(FOUND)} == {
        each.rule
        for each in found
        if each.call is not None and audit("desk").calls[each.call].function == "nightly_digest"
    }


def test_items_and_calls_are_filtered(desk: Opened) -> None:
    desk.page.get_by_label("Verdict").select_option("pass")
    assert {each.get_attribute("data-v") for each in desk.shown("#a1-items [data-row]")} == {"pass"}
    assert len(desk.shown("#a1-items section")) < 6
    form = desk.page.locator("form[data-for=a1-inventory]")
    form.get_by_label("SDK").select_option("anthropic")
    assert [each.get_attribute("data-k") for each in desk.shown("#a1-inventory tr")] == ["anthropic"]
    form.get_by_label("SDK").select_option("")
    form.get_by_label("Text").fill("tasks.py")
    assert len(desk.shown("#a1-inventory tr")) == 2


def test_an_item_that_is_filtered_away_is_shown_when_it_is_gone_to(desk: Opened) -> None:
    desk.page.get_by_label("Verdict").select_option("pass")
    desk.page.locator(".chip.fail").first.click()
    desk.page.locator("#a1-items [data-row][hidden]").first.wait_for(state="detached")
    assert desk.page.evaluate("document.querySelector(location.hash).dataset.v") == "fail"


def test_without_a_script_all_is_there_and_nothing_that_needs_one(
    chromium: Any, runs: BenchRuns, tmp_path: Path
) -> None:
    with Opened(chromium, written(tmp_path, page("desk", runs)), java_script_enabled=False) as opened:
        assert opened.shown("form") == []
        rows = opened.page.query_selector_all("[data-row]")
        assert (
            len(opened.shown("[data-row]")) == len(rows) == 23 + len(audit("desk").findings) + len(audit("desk").calls)
        )


def test_the_page_is_walked_by_keyboard(desk: Opened) -> None:
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    assert desk.page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "main"
    seen: set[str] = set()
    for _ in range(400):
        desk.page.keyboard.press("Tab")
        seen.add(desk.page.evaluate("document.activeElement.tagName"))
        assert desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'") or "BODY" in seen
        if "BODY" in seen:
            break
    assert seen >= {"A", "DIV", "INPUT", "SELECT", "BUTTON", "SUMMARY", "BODY"}


def test_what_is_folded_is_printed(desk: Opened) -> None:
    desk.page.emulate_media(media="print")
    before = desk.page.evaluate("document.querySelectorAll('details[open]').length")
    desk.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert before == 0
    assert desk.page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert desk.shown("form, nav, .skip") == []
    desk.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert desk.page.evaluate("document.querySelectorAll('details[open]').length") == 0


def test_hostile_words_do_nothing(chromium: Any, runs: BenchRuns, tmp_path: Path) -> None:
    with Opened(chromium, written(tmp_path, page("hostile", runs))) as opened:
        opened.page.wait_for_timeout(300)
        assert opened.page.evaluate("[typeof window.hacked, document.images.length, document.scripts.length]") == [
            "undefined",
            0,
            1,
        ]
        assert (
            opened.page.evaluate(
                "[...document.links].filter(each => !each.getAttribute('href').startsWith('#')).length"
            )
            == 0
        )
        assert "\\x1b[2J\\u202eevil" in opened.page.inner_text("#a1-found")
