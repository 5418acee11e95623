"""Who names whom in a record, and which of those names lead nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from shared_analysis.record.model import NOT_NEEDED, Content
from shared_analysis.record.source import Fault, Key, dotted
from shared_analysis.record.todo import is_todo


def broken_references(record: Content) -> list[Fault]:
    """Find names that lead nowhere and ids used twice; each fault names both ends and the nearest id.

    ``TODO`` leads nowhere on purpose, and is not a fault.
    """
    faults = list(_twice(record))
    for key, who, what, name, known in _references(record):
        if is_todo(name) or name in known:
            continue
        close = get_close_matches(name, known, n=1, cutoff=0.5)
        next_step = f"did you mean '{close[0]}'?" if close else f"the {what}s are: {', '.join(known) or 'none yet'}"
        message = f"{who} names the {what} '{name}', which is not in the record."
        faults.append(Fault(message, dotted(key), record.source.line(key), next_step))
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.key))


Reference = tuple[Key, str, str, str, list[str]]
"""Where it stands, who names, what kind of thing, which one, and which there are."""


def _references(record: Content) -> Iterator[Reference]:
    outcomes = _known([record.outcome.id])
    actions = _known([action.id for action in record.actions])
    products = _known([product.id for product in record.products])
    organisations = _known([organisation.id for organisation in record.organisations])
    agreements = _known([agreement.id for agreement in record.agreements])

    yield ("outcome", "owner"), "The outcome", "organisation", record.outcome.owner, organisations
    for index, action in enumerate(record.actions):
        here, who = ("actions", index), f"Action '{action.id}'"
        yield (*here, "outcome"), who, "outcome", action.outcome, outcomes
        yield (*here, "who_acts"), who, "organisation", action.who_acts, organisations
    for index, product in enumerate(record.products):
        yield ("products", index, "action"), f"Product '{product.id}'", "action", product.action, actions
    for index, dataset in enumerate(record.datasets):
        here, who = ("datasets", index), f"Dataset '{dataset.name}'"
        for name in dataset.product:
            yield (*here, "product"), who, "product", name, products
        yield (*here, "owner"), who, "organisation", dataset.owner, organisations
        if dataset.agreement != NOT_NEEDED:
            yield (*here, "agreement"), who, "agreement", dataset.agreement, agreements
    for index, agreement in enumerate(record.agreements):
        for name in agreement.parties:
            key = ("agreements", index, "parties")
            yield key, f"Agreement '{agreement.id}'", "organisation", name, organisations


def _known(ids: Sequence[str]) -> list[str]:
    return [name for name in ids if not is_todo(name)]


def _twice(record: Content) -> Iterator[Fault]:
    lists = {
        "actions": [action.id for action in record.actions],
        "products": [product.id for product in record.products],
        "datasets": [dataset.name for dataset in record.datasets],
        "organisations": [organisation.id for organisation in record.organisations],
        "agreements": [agreement.id for agreement in record.agreements],
    }
    for section, ids in lists.items():
        for name, times in Counter(_known(ids)).items():
            if times > 1:
                last = len(ids) - 1 - ids[::-1].index(name)
                line = record.source.line((section, last))
                yield Fault(f"{times} {section} are called '{name}'.", section, line, "give each its own name")
