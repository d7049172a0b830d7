"""Multi-model: one interface, a chain of models, and who knows which serves what."""

from __future__ import annotations

from ..model import Call, Place, Step, Verdict
from .interface import SHOWN, Inquiry, absent, at_calls, names


def abstraction(case: Inquiry) -> Verdict:
    """The code is not tied to one provider's interface."""
    item, calls = "multi_model.abstraction", case.sent
    if not calls:
        return absent(item, "no call goes over the network" if case.calls else "no model calls")
    direct = [call for call in calls if call.sdk not in case.habits.neutral]
    if not direct:
        kinds = names(sorted({call.sdk for call in calls}))
        return Verdict(item, "pass", f"all calls go through {kinds}", len(calls), len(calls), at_calls(calls))
    files = sorted({call.place.path for call in direct})
    serving = _serving(direct)
    homes = {path: case.habits.adapters.get(path, path) for path in files}
    advice = "Put the provider's calls behind one module that does nothing else, or behind LiteLLM or LangChain."
    adapters = _adapters(files, serving, case)
    lacking = [call for call in direct if call.place.path not in adapters]
    if not serving and (len(set(homes.values())) == 1 or _is_package(files, case) or not lacking):
        kinds = names(sorted({_home(home) for home in homes.values()}))
        where = files[0] if len(files) == 1 else f"the {len(files)} adapters behind {kinds}"
        return Verdict(item, "pass", f"direct calls only in {where}", len(calls), len(calls), at_calls(direct))
    met = len(calls) - len(lacking)
    reason = f"direct calls in {len(files)} files"
    if len(files) == 1:
        reason = f"direct calls in {files[0]}, which serves requests"
    steps = tuple(Step(each, "direct call") for each in _firsts(lacking))
    return Verdict(item, "partial" if met else "fail", reason, len(calls), met, steps[:SHOWN], advice)


def _home(common: str) -> str:
    return common.rpartition(":")[2] if ":" in common else _folder(common) or common


def _is_package(files: list[str], case: Inquiry) -> bool:
    """Several files of one folder that the rest of the project asks: a package of adapters. One in which the program
    begins has other work, too."""
    folders = {_folder(path) for path in files}
    begins = {_folder(entry.where.path) for call in case.calls for entry in call.facts.entries}
    alone = len(folders) == 1 and folders.isdisjoint({"", *begins})
    return alone and len(files) > 2 and all(path in case.habits.adapters for path in files)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _adapters(files: list[str], serving: set[str], case: Inquiry) -> set[str]:
    """Files that can pass for adapters: those of one kind, and the largest of the others. What is left is scattered."""
    known = case.habits.adapters
    groups: dict[str, set[str]] = {}
    for path in files:
        if path in known and path not in serving:
            groups.setdefault(known[path], set()).add(path)
    asked = {home: sum(call.place.path in group for call in case.sent) for home, group in groups.items()}
    kinds = [group for home, group in groups.items() if ":" in home and len(group) > 1]
    best = max(groups, key=lambda home: (len(groups[home]), asked[home], home), default=None)
    return set[str]().union(*kinds, groups[best] if best is not None else ())


def _firsts(calls: list[Call]) -> list[Place]:
    """The first call of each file."""
    found: dict[str, Place] = {}
    for call in calls:
        found.setdefault(call.place.path, call.place)
    return list(found.values())


def _serving(calls: list[Call]) -> set[str]:
    """Files that hold a call and the route, view or bot handler it is made for."""
    return {
        call.place.path
        for call in calls
        for entry in call.facts.entries
        if entry.audience == "remote" and entry.where.path == call.place.path
    }


def fallback_chain(case: Inquiry) -> Verdict:
    """Two or more models in an ordered failover."""
    item, needing = "multi_model.fallback_chain", case.before("remote")
    if not needing:
        return absent(item, "no call with a remote audience")
    found = (*case.habits.chains, *(each.step for each in case.evidence.of("chain")))
    if found:
        return Verdict(
            item, "pass", "the next model is asked when one fails", len(needing), len(needing), found[:SHOWN]
        )
    advice = "Name a second model, best of another provider, that is asked when the first fails."
    return Verdict(item, "fail", "one model, nothing after it", len(needing), 0, (), advice)


def routing_docs(case: Inquiry) -> Verdict:
    """It is written down which model serves which task."""
    item = "multi_model.routing_docs"
    if not case.calls:
        return absent(item, "no model calls")
    models = list(dict.fromkeys(model.name for model in case.habits.models))
    if len(models) < 2:
        return absent(item, "one model serves everything" if models else "the model is configured as one")
    if _are_alternatives(case):
        return absent(item, "one model at a time, chosen by configuration")
    advice = "Write into the README which model serves which task, and why."
    said = case.evidence.of("routing")
    found = tuple(each.step for each in said if each.good)
    if found:
        return Verdict(item, "pass", "the documents say which model serves what", 1, 1, found[:SHOWN])
    if said:
        reason = "the documents name the models, not their tasks"
        return Verdict(item, "partial", reason, 1, 0, tuple(each.step for each in said[:SHOWN]), advice)
    steps = tuple(Step(model.place, model.name) for model in case.habits.models[:SHOWN])
    reason = f"{len(models)} models, and no text says which serves what"
    return Verdict(item, "fail", reason, 1, 0, steps, advice)


def _are_alternatives(case: Inquiry) -> bool:
    """Whether each model belongs to its own adapter of one kind, or to a provider of its own where all calls that
    answer in text are told which to ask: a configuration chooses one."""
    models = [model for model in case.habits.models if model.tier != "other"]
    homes = {case.habits.adapters.get(model.place.path, "") for model in models}
    if len(homes) == 1 and ":" in next(iter(homes)):
        return True
    sellers = {(model.seller, "/" in model.name) for model in models}  # a gateway's name for a model has a slash
    entries = {call.facts.entries for call in case.text}
    told = all(call.facts.model.state == "config" for call in case.text)
    return 1 < len(models) == len(sellers) and len(entries) == 1 and told and not case.habits.chains
