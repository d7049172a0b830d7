#!/usr/bin/env python3
"""Time `aiready audit` against bandit, ruff and fixit on the same trees, in one run.

    python benchmarks/peers.py --corpora build/corpora --peers build/peers

Whole processes are timed from outside. aiready and a peer run in turn, the order changing from pair to pair, and
the ratio peer / aiready is taken pair by pair: above 1 aiready was faster. Medians are printed, and the whole
range in the JSON document. Peers whose run takes longer than --budget seconds get one pair. See README.md here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from corpora import TREES, size
from processes import Measured, peak_megabytes, run

COLD = "{aiready} audit --no-cache {tree}"
WARM = "{aiready} audit --cache-dir {cache}/aiready {tree}"


@dataclass(frozen=True, slots=True)
class Peer:
    """A command to compare with, and the trees on which that takes minutes."""

    name: str
    command: str
    against: str = COLD
    slow_on: tuple[str, ...] = ()


PEERS = (
    Peer("ruff", "{peers}/ruff check --isolated --no-cache --quiet --output-format concise {tree}"),
    # ruff keeps no result of a file with diagnostics: with syntax errors only, everything comes from its cache
    Peer(
        "ruff-unchanged",
        "{peers}/ruff check --isolated --cache-dir {cache}/ruff --quiet --output-format concise --select E9 {tree}",
        against=WARM,
    ),
    Peer("bandit", "{peers}/bandit --recursive --quiet --format json --output /dev/null {tree}"),
    Peer("fixit", "{peers}/fixit --quiet lint {tree}", slow_on=("mono", "full")),
)
# The goals, on two quiet cores.
TIMES_FASTER = {("c50k", "bandit"): 5, ("c50k", "fixit"): 40, ("mono", "bandit"): 50}
MILLISECONDS = {"--version": 40, "--help": 150}
MEGABYTES = 300

QUIET = 0.25
"""Cores kept busy elsewhere up to which wall time is trusted."""

START = {"--version": "{aiready} --version", "--help": "{aiready} --help"}


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and range of one figure over the pairs."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """aiready and one peer on one tree. Seconds and megabytes; `faster` and `cheaper` are ratios peer / aiready."""

    tree: str
    peer: str
    pairs: int
    wall: Spread
    peer_wall: Spread
    cpu: Spread
    peer_cpu: Spread
    faster: Spread
    cheaper: Spread
    megabytes: float
    peer_megabytes: float
    others: float
    statuses: tuple[int, ...]
    peer_statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """What was promised of a figure, and what was measured."""

    what: str
    limit: float
    measured: float
    met: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """How this run measures: the programs, a scratch folder for caches, and how long."""

    programs: dict[str, str]
    scratch: Path
    pairs: int
    budget: float
    limit: float

    def command(self, template: str, tree: Path | None = None) -> list[str]:
        """Fill in a command line."""
        return [word.format(tree=tree, cache=self.scratch, **self.programs) for word in template.split()]

    def compare(self, tree: Path, peer: Peer) -> Comparison:
        """Run aiready and a peer in turn; caches are filled before, page cache and bytecode are warm."""
        ours, theirs = self.command(peer.against, tree), self.command(peer.command, tree)
        if peer.against == WARM:
            run(ours, self.limit)
            run(theirs, self.limit)
        rows: list[tuple[Measured, Measured]] = []
        started = time.monotonic()
        while len(rows) < self.pairs and (not rows or time.monotonic() - started < self.budget):
            if len(rows) % 2:
                second, first = run(theirs, self.limit), run(ours, self.limit)
            else:
                first, second = run(ours, self.limit), run(theirs, self.limit)
            rows.append((first, second))
        quick = rows[0][1].wall < self.budget
        memory = (peak_megabytes(ours, self.limit), peak_megabytes(theirs, self.limit) if quick else 0.0)
        return summary((tree.name, peer.name), rows, memory)

    def start_up(self, template: str) -> Spread:
        """Milliseconds of a command that does nothing, the first run (which may compile) left out."""
        command = self.command(template)
        run(command, self.limit)
        return spread([run(command, self.limit).wall * 1000 for _ in range(3 * self.pairs)])


def summary(names: tuple[str, str], rows: list[tuple[Measured, Measured]], memory: tuple[float, float]) -> Comparison:
    """Boil the pairs down."""
    ours, theirs = [first for first, _ in rows], [second for _, second in rows]
    return Comparison(
        tree=names[0],
        peer=names[1],
        pairs=len(rows),
        wall=spread([each.wall for each in ours]),
        peer_wall=spread([each.wall for each in theirs]),
        cpu=spread([each.cpu for each in ours]),
        peer_cpu=spread([each.cpu for each in theirs]),
        faster=spread([second.wall / first.wall for first, second in rows]),
        cheaper=spread([second.cpu / max(first.cpu, 1e-3) for first, second in rows]),
        megabytes=round(memory[0], 1),
        peer_megabytes=round(memory[1], 1),
        others=round(max(each.others for each in [*ours, *theirs]), 2),
        statuses=tuple(sorted({each.status for each in ours})),
        peer_statuses=tuple(sorted({each.status for each in theirs})),
    )


def spread(values: list[float]) -> Spread:
    """Median, minimum and maximum, rounded for people."""
    return Spread(round(statistics.median(values), 4), round(min(values), 4), round(max(values), 4))


def goals(comparisons: list[Comparison], starts: dict[str, Spread]) -> list[Goal]:
    """What aiready promises on two cores, for the figures that were measured."""
    found: list[Goal] = []
    at = {(each.tree, each.peer): each for each in comparisons}
    for (tree, peer), ratio in TIMES_FASTER.items():
        if each := at.get((tree, peer)):
            measured = each.faster.median
            found.append(Goal(f"{tree}: times faster than {peer}, at least", ratio, measured, measured >= ratio))
    for each in comparisons:
        if each.peer == "ruff-unchanged":
            limit = round(2 * each.peer_wall.median + 0.020, 4)
            met = each.wall.median <= limit
            found.append(Goal(f"{each.tree}: seconds when nothing changed, at most", limit, each.wall.median, met))
    if mono := [each.megabytes for each in comparisons if each.tree == "mono"]:
        found.append(Goal("mono: megabytes, at most", MEGABYTES, max(mono), max(mono) <= MEGABYTES))
    for name, limit in MILLISECONDS.items():
        if start := starts.get(name):
            found.append(Goal(f"{name}: milliseconds, at most", limit, start.median, start.median <= limit))
    return found


HEADINGS = ("tree", "peer", "pairs", "aiready s", "peer s", "faster", "range", "CPU s", "peer CPU s", "MB", "peer MB")
ROW = "{:6} {:16} {:>5} {:>10} {:>9} {:>8} {:>15} {:>8} {:>11} {:>6} {:>8}  {}"


def row(each: Comparison) -> str:
    """One line of the table, with a word of warning where a figure can't be trusted."""
    notes = [f"{each.others} cores busy elsewhere"] if each.others > QUIET else []
    notes += [f"aiready ended with {each.statuses}"] if set(each.statuses) - {0, 1} else []
    notes += [f"{each.peer} ended with {each.peer_statuses}"] if set(each.peer_statuses) - {0, 1} else []
    return ROW.format(
        each.tree,
        each.peer,
        each.pairs,
        f"{each.wall.median:.3f}",
        f"{each.peer_wall.median:.3f}",
        f"{each.faster.median:.2f} x",
        f"{each.faster.least:.2f} to {each.faster.most:.2f}",
        f"{each.cpu.median:.2f}",
        f"{each.peer_cpu.median:.2f}",
        f"{each.megabytes:.0f}",
        f"{each.peer_megabytes:.0f}" if each.peer_megabytes else "-",
        "; ".join(notes),
    ).rstrip()


def options(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    beside = Path(sys.executable).with_name("aiready")
    parser.add_argument("--aiready", default=str(beside) if beside.exists() else "aiready", help="the program")
    parser.add_argument("--corpora", type=Path, default=Path("build/corpora"), help="made by corpora.py")
    parser.add_argument("--peers", type=Path, default=Path("build/peers"), help="virtual environment of the peers")
    parser.add_argument("--trees", default=",".join(TREES), help="those not built are left out")
    parser.add_argument("--only", default="", help="names of peers, with commas (default: all)")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--budget", type=float, default=40, help="seconds after which no further pair is begun")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which a run is killed")
    parser.add_argument("--slow", action="store_true", help="also fixit on mono and full (15 minutes each)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    return parser.parse_args(arguments)


def chosen(asked: argparse.Namespace) -> list[tuple[Path, Peer]]:
    """What is compared on which tree; says what is left out and why."""
    names = {name.strip() for name in asked.only.split(",") if name.strip()}
    work: list[tuple[Path, Peer]] = []
    for tree in [asked.corpora.resolve() / name for name in asked.trees.split(",")]:
        if not tree.is_dir():
            print(f"{tree.name}: not built, left out", file=sys.stderr)
            continue
        for peer in PEERS:
            if names and peer.name not in names:
                continue
            if tree.name in peer.slow_on and not asked.slow:
                print(f"{tree.name}: {peer.name} takes a quarter of an hour, left out (--slow)", file=sys.stderr)
                continue
            work.append((tree, peer))
    return work


def report(asked: argparse.Namespace, bench: Bench) -> int:
    """Measure, print as it comes, judge."""
    starts = {name: bench.start_up(template) for name, template in START.items()}
    for name, figure in starts.items():
        print(f"aiready {name}: {figure.median:.0f} ms ({figure.least:.0f} to {figure.most:.0f})", flush=True)
    print("\n" + ROW.format(*HEADINGS, "").rstrip())
    comparisons: list[Comparison] = []
    sizes: dict[str, tuple[int, int]] = {}
    for tree, peer in chosen(asked):
        sizes.setdefault(tree.name, size(tree))
        comparisons.append(bench.compare(tree, peer))
        print(row(comparisons[-1]), flush=True)
    judged = goals(comparisons, starts)
    print()
    for goal in judged:
        print(f"{'met   ' if goal.met else 'MISSED'}  {goal.what} {goal.limit:g}: {goal.measured:g}")
    if asked.json:
        machine = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version()}
        document = {
            "machine": machine,
            "trees": {name: {"files": files, "lines": lines} for name, (files, lines) in sizes.items()},
            "start_up_ms": {name: asdict(figure) for name, figure in starts.items()},
            "comparisons": [asdict(each) for each in comparisons],
            "goals": [asdict(goal) for goal in judged],
        }
        asked.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 1 if asked.check and not all(goal.met for goal in judged) else 0


def main(arguments: list[str]) -> int:
    """Set the stage, measure, clean up."""
    asked = options(arguments)
    programs = {"aiready": asked.aiready, "peers": str(asked.peers.resolve() / "bin")}
    missing = [name for name in ("ruff", "bandit", "fixit") if not shutil.which(f"{programs['peers']}/{name}")]
    if missing or not shutil.which(asked.aiready):
        print(f"not installed: {', '.join(missing) or asked.aiready}; see benchmarks/README.md", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="aiready-benchmark-") as scratch:
        return report(asked, Bench(programs, Path(scratch), asked.pairs, asked.budget, asked.limit))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
