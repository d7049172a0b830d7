"""`aiready simulate` as a user runs it: what it says, what it serves, how it ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aiready.bench.simulator import PROFILES

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@contextmanager
def simulating(*options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "aiready", "simulate", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_serves_and_at_its_end_what_it_did(how: signal.Signals, tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    with simulating(
        "--profile", "instant", "--set", "tokens=3", "-s", "e500=0&seed=4", "--truth", str(truth)
    ) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(6)]
        url = said[0].split()[2]
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
        connection.request("POST", "/v1/chat/completions", "{}")
        answer = json.loads(connection.getresponse().read())
        connection.request("POST", "/v1/messages", "{}", {"x-simulate": "e529=100%"})
        refused = connection.getresponse()
        refused.read()
        connection.request("GET", "/nowhere")
        connection.getresponse().read()
        connection.close()
        os.kill(process.pid, how)
        rest, errors = process.communicate(timeout=10)
    assert [line.split()[0] for line in said] == ["Serving", "OpenAI", "Anthropic", "Gemini", "Ollama", "aiready"]
    assert f"OPENAI_BASE_URL={url}/v1\n" in said[1]
    assert (answer["usage"]["completion_tokens"], refused.status) == (3, 529)
    assert (process.returncode, errors) == (0, "")
    assert rest == "\n2 requests answered, 1 of them with a fault; 1 not understood.\n"
    told = [json.loads(line) for line in truth.read_text().splitlines()]
    assert [(each["status"], each["fault"], len(each["stamps"])) for each in told] == [(200, "", 1), (529, "e529", 0)]


def test_all_mistakes_are_told_at_once_and_nothing_is_served(aiready: Run) -> None:
    done = aiready("simulate", "--profile", "flakey", "--set", "ttft=20", "--set", "e42=5%&tokens=-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"aiready: flakey: no profile; did you mean flaky?; there are {', '.join(PROFILES)}",
        "aiready: ttft: 20: a time needs its unit: 20s or 20ms",
        "aiready: e42: no setting of the simulator; did you mean e429?",
        "aiready: tokens: -1: must not be below 0",
    ]


def test_a_certificate_that_is_none_and_a_file_that_can_not_be_written(aiready: Run, tmp_path: Path) -> None:
    certificate = aiready("simulate", "--port", "0", "--certificate", "none.pem", cwd=tmp_path)
    truth = aiready("simulate", "--port", "0", "--truth", "no/file", cwd=tmp_path)
    assert (certificate.returncode, truth.returncode) == (2, 2)
    assert certificate.stderr.startswith("aiready: none.pem: no certificate and key can be read from it: ")
    assert truth.stderr == "aiready: no/file: can't be written: No such file or directory\n"


def test_help_names_every_profile(aiready: Run) -> None:
    said = " ".join(aiready("simulate", "--help").stdout.split())
    assert [name for name in PROFILES if name not in said] == []
