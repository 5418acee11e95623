"""A linkage in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from shared_analysis.linkage.evaluation.sensitivity import SENSITIVITY_BITS, UNLIKE
from shared_analysis.linkage.notices import worded
from shared_analysis.linkage.reporting.diagnostics import remarks
from shared_analysis.linkage.result_data import Linkage
from shared_analysis.linkage.spec import LinkageSpec

LINK_TYPES = {
    "dedupe_only": "records within the table were compared",
    "link_only": "records of different tables were compared",
    "link_and_dedupe": "records within and across the tables were compared",
    "many_to_one": "each record of {} was given at most one of {}",
}


def summarise(result: Linkage) -> str:
    """Write the summary: what was found, how good it is, what to look at, how it was done."""
    parts = [_opening(result), _quality(result), _list("What to look at", remarks(result)), _how(result)]
    parts.append(_list("Also noted", worded(result.notices)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(result: Linkage) -> str:
    spec = result.spec
    sizes = result.register["table"].value_counts()
    found = _found_in_register(result) if spec.link_type == "many_to_one" else _found_together(result)
    kinds = LINK_TYPES[spec.link_type].format(*spec.tables)
    return f"{found} ({kinds}).\n\n| table | records | entities |\n|---|--:|--:|\n" + "\n".join(
        f"| {table} | {sizes[table]:,} | "
        f"{result.register.loc[result.register['table'] == table, 'entity_id'].nunique():,} |"
        for table in sorted(spec.tables)
    )


def _found_together(result: Linkage) -> str:
    figures = result.metrics
    return (
        f"{figures['records']:,} records of {', '.join(result.spec.tables)} belong to **{figures['entities']:,} people "
        f"or organisations**; {figures['records_linked_share']:.1%} of the records were linked to at least one other"
    )


def _found_in_register(result: Linkage) -> str:
    """Say how many events found their record, and how many did not because several fit equally."""
    many, once = result.spec.tables
    table = result.register.set_index("entity_id")["table"]
    known = table.index[table == once]
    events = table[table == many]
    found = int(events.index.isin(known).sum())
    contested = int(result.metrics["contested_records"])
    undecided = f"; for {contested:,} of them several records of {once} fit about equally" if contested else ""
    return (
        f"**{found:,} of {len(events):,} records of {many} ({found / len(events):.1%}) were linked to one of the "
        f"{len(known):,} records of {once}**{undecided}"
    )


def _quality(result: Linkage) -> str:
    figures = result.metrics
    believed = _believed(result)
    if "labelled_pairs" in figures:
        believed = f"{_labelled_accuracy(figures)} {believed}"
    if not {"precision", "recall"} <= set(figures):
        return believed and believed + ("" if "labelled_pairs" in figures else _unconfirmed(result))
    of_links = f" Of the links alone {figures['link_precision']:.1%} are right." if "link_precision" in figures else ""
    return (
        f"**Measured against known answers** for {figures['records_with_truth']:,} records: precision "
        f"{figures['precision']:.1%} (of the pairs put together, the share that belongs together), recall "
        f"{figures['recall']:.1%} (of the {figures['true_pairs']:,} pairs that belong together, the share found), "
        f"F1 {figures['f1']:.3f}.{of_links} {believed}"
    ).strip()


def _unconfirmed(result: Linkage) -> str:
    sample = ": the table `review` holds a sample worth checking" if result.spec.review_pairs else ""
    return f" Only pairs checked by people, or known answers, can confirm them{sample}."


def _believed(result: Linkage) -> str:
    figures = result.metrics
    if not figures["links"]:
        return ""
    opinion = (
        f"By the model's own probabilities {figures['expected_precision']:.1%} of the {figures['links']:,} links are "
        f"right, and they hold {figures['expected_recall']:.1%} of the matches among the pairs compared. These two "
        f"figures are the model's opinion of itself.{_captured(result)}"
    )
    return f"{opinion} {_ranges(figures)}".strip()


def _labelled_accuracy(figures: Mapping[str, float | int | str | bool]) -> str:
    """Say the estimates from labels, and what their intervals rest on."""

    def between(name: str, form: str) -> str:
        low, high = figures[f"labelled_{name}_low"], figures[f"labelled_{name}_high"]
        return f"{figures[f'labelled_{name}']:{form}} ({low:{form}} to {high:{form}})"

    ground = (
        "The intervals (95 %) count each checked pair for the pairs of similar weight that it was drawn from"
        if figures["labelled_sample"]
        else "The intervals (95 %) assume that the checked pairs are like all others of similar weight: they were not "
        "drawn by chance, or not all of them"
    )
    return (
        f"**Measured on {figures['labelled_pairs']:,} pairs that people checked**, answers included: "
        f"{between('precision', '.1%')} of the links are right, and they hold {between('recall', '.1%')} of the "
        f"matches among the pairs compared, of which there are about {between('matches', ',')}. {ground}, and judge a "
        "pair by a model that has not seen its answer."
    )


def _ranges(figures: Mapping[str, float | int | str | bool]) -> str:
    """Say the ranges of the expected figures."""
    if "expected_precision_low" not in figures:
        return ""

    def between(name: str, form: str) -> str:
        return f"{figures[f'expected_{name}_low']:{form}} and {figures[f'expected_{name}_high']:{form}}"

    return (
        "If the model is too sure or not sure enough (the odds of every pair off by a factor of "
        f"{2**SENSITIVITY_BITS}, one link in {round(1 / UNLIKE)} unlike all others, and chance), precision lies "
        f"between {between('precision', '.1%')}, recall between {between('recall', '.1%')}, and there are between "
        f"{between('matches', ',')} matches."
    )


def _captured(result: Linkage) -> str:
    figures = result.metrics
    if "estimated_matches" not in figures:
        return ""
    return (
        f" Capture-recapture, which takes nothing from the model but which pairs are links, puts all matches at about "
        f"{figures['estimated_matches']:,}; {figures['estimated_missed']:,} of them would be missing from the entities."
    )


def _how(result: Linkage) -> str:
    spec = result.spec
    if not result.model:
        return ""
    compared = ", ".join(str(comparison["comparison_description"]) for comparison in result.model["comparisons"])
    rules = "\n".join(f"| {name} | {pairs:,} |" for name, pairs in result.rules)
    return (
        f"**How.** Compared: {compared}. Two records were linked when the model gave at least "
        f"{result.metrics['match_threshold']:g} that they are the same"
        f"{_why_there(spec)}. "
        f"Links were followed best first; two groups of records became one entity only where what was compared across "
        f"them makes it likely enough{_one_each(spec)}. "
        f"{result.metrics['pairs_compared']:,} different pairs were compared, those that share at least one of:\n\n"
        f"| shared | pairs |\n|---|--:|\n{rules}"
    )


def _why_there(spec: LinkageSpec) -> str:
    if spec.match_threshold != "auto":
        return ""
    if spec.target_precision is not None:
        return f", from where {spec.target_precision:.0%} of the links are expected to be right"
    return ", where the expected F1 is highest"


def _one_each(spec: LinkageSpec) -> str:
    if not spec.held_once:
        return ""
    held_once = "each table" if len(spec.held_once) == len(spec.tables) else " and ".join(sorted(spec.held_once))
    return f", with at most one record of {held_once}"


def _list(heading: str, entries: list[str]) -> str:
    return f"**{heading}**\n\n" + "\n".join(f"- {entry}" for entry in entries) if entries else ""
