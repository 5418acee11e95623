"""A linkage in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared_analysis.linkage.judging import say_judged
from shared_analysis.linkage.ranges import say_ranges
from shared_analysis.linkage.rates import lagging
from shared_analysis.linkage.specification import LinkageSpec

if TYPE_CHECKING:
    from shared_analysis.linkage.result import LinkageResult

FEW_COMPARISONS = 3
LARGE_CLUSTER = 10
MANY_LEFT = 0.05  # links that were not followed, as a share of links
MOST_GROUPS = 5
OFTEN_DIFFERENT = 0.25
LEAST_RIGHT = 0.95
MUCH_DOUBT = 0.05  # doubtful pairs, as a share of links
LINK_TYPES = {
    "dedupe_only": "records within the table were compared",
    "link_only": "records of different tables were compared",
    "link_and_dedupe": "records within and across the tables were compared",
}


def summarise(result: LinkageResult) -> str:
    """Write the summary: what was found, how good it is, what to look at, how it was done."""
    parts = [_opening(result), _quality(result), _list("What to look at", _warnings(result)), _how(result)]
    parts.append(_list("Also noted", list(result.notices)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(result: LinkageResult) -> str:
    figures, spec = result.metrics, result.spec
    names = ", ".join(spec.tables)
    sizes = result.register["table"].value_counts()
    return (
        f"{figures['records']:,} records of {names} belong to **{figures['entities']:,} people or organisations**; "
        f"{figures['records_linked_share']:.1%} of the records were linked to at least one other "
        f"({LINK_TYPES[spec.link_type]}).\n\n| table | records | entities |\n|---|--:|--:|\n"
        + "\n".join(
            f"| {table} | {sizes[table]:,} | "
            f"{result.register.loc[result.register['table'] == table, 'entity_id'].nunique():,} |"
            for table in sorted(spec.tables)
        )
    )


def _quality(result: LinkageResult) -> str:
    figures = result.metrics
    believed = _believed(figures)
    if "labelled_pairs" in figures:
        believed = f"{say_judged(figures)} {believed}"
    if not {"precision", "recall"} <= set(figures):
        return believed and believed + ("" if "labelled_pairs" in figures else _UNCONFIRMED)
    of_links = f" Of the links alone {figures['link_precision']:.1%} are right." if "link_precision" in figures else ""
    return (
        f"**Measured against known answers** for {figures['records_with_truth']:,} records: precision "
        f"{figures['precision']:.1%} (of the pairs put together, the share that belongs together), recall "
        f"{figures['recall']:.1%} (of the {figures['true_pairs']:,} pairs that belong together, the share found), "
        f"F1 {figures['f1']:.3f}.{of_links} {believed}"
    ).strip()


_UNCONFIRMED = (
    " Only pairs checked by people, or known answers, can confirm them: `processed/link/review` holds a sample worth "
    "checking."
)


def _believed(figures: Mapping[str, float | int | str | bool]) -> str:
    if not figures["links"]:
        return ""
    opinion = (
        f"By the model's own probabilities {figures['expected_precision']:.1%} of the {figures['links']:,} links are "
        f"right, and they hold {figures['expected_recall']:.1%} of the matches among the pairs compared. These two "
        "figures are the model's opinion of itself."
    )
    return f"{opinion} {say_ranges(figures)}".strip()


def _warnings(result: LinkageResult) -> list[str]:
    figures, found = result.metrics, []
    links, doubtful, largest = int(figures["links"]), int(figures["doubtful_pairs"]), int(figures["max_cluster_size"])
    not_followed = int(figures["links_not_followed"])
    if links == 0:
        found.append("Nothing was linked. Check the roles in the contracts, and that the tables overlap at all.")
    if doubtful > MUCH_DOUBT * max(links, 20):
        found.append(
            f"{doubtful:,} pairs are in doubt (probability between 0.1 and 0.9). One more column that tells people "
            "apart would help most; check that names and dates of birth are filled in both tables."
        )
    if largest > LARGE_CLUSTER:
        found.append(
            f"The largest entity has {largest:,} records. Large ones are often several people chained together by a "
            "shared value: look at them first, or raise match_threshold."
        )
    if "link_precision" in figures and float(figures["link_precision"]) < LEAST_RIGHT:
        found.append(
            f"By the known answers {1 - float(figures['link_precision']):.0%} of the links are wrong: raise "
            "match_threshold."
        )
    elif links and float(figures["expected_precision"]) < LEAST_RIGHT:
        found.append("More than one link in twenty is expected to be wrong: raise match_threshold.")
    if result.spec.link_type == "link_only" and not_followed > MANY_LEFT * max(links, 20):
        found.append(
            f"{not_followed:,} links were not followed, most of them because a table would have held somebody twice. "
            "If it may, set link_type to link_and_dedupe."
        )
    elif not_followed > MANY_LEFT * max(links, 20):
        found.append(
            f"{not_followed:,} links were not followed, because other pairs of the same records speak against them. "
            "People who share much, such as twins, or records that were mixed up, are the usual cause."
        )
    return found + _of_comparisons(result) + _of_groups(result)


def _of_comparisons(result: LinkageResult) -> list[str]:
    """Say which comparisons are few or often fail between records that match."""
    found = []
    comparisons = result.model.get("comparisons", [])
    if result.model and len(comparisons) < FEW_COMPARISONS:
        found.append(
            f"Only {len(comparisons)} things could be compared, so people who share them look like one: give more "
            "columns a role, or ask for one more column."
        )
    for comparison in comparisons:
        last = comparison["comparison_levels"][-1]
        name = str(comparison["comparison_description"])
        learnt = (comparison["output_column_name"], str(last["label_for_charts"])) not in result.guessed
        if learnt and name not in ("location", "phone", "email") and last["m_probability"] > OFTEN_DIFFERENT:
            found.append(
                f"{name.capitalize()} differs in {last['m_probability']:.0%} of what the model takes for matches: look "
                "at how it is written in each table, and whether the contract gives it the right role."
            )
    return found


def _of_groups(result: LinkageResult) -> list[str]:
    """Say which areas and groups are linked less often than their table."""
    behind = lagging(result.shares)
    found = [
        f"Records of {row.table} with {str(row.by).replace('_', ' ')} {row.value} are linked less often: "
        f"{row.share:.0%} ({row.low:.0%} to {row.high:.0%}) against {row.expected:.0%} of the table. Look at what is "
        "missing there: results by this group are affected."
        for row in behind.head(MOST_GROUPS).itertuples()
    ]
    if len(behind) > MOST_GROUPS:
        found.append(f"{len(behind) - MOST_GROUPS} more areas or groups are linked less often than their table.")
    return found


def _how(result: LinkageResult) -> str:
    spec = result.spec
    if not result.model:
        return ""
    compared = ", ".join(str(comparison["comparison_description"]) for comparison in result.model["comparisons"])
    rules = "\n".join(f"| {name} | {pairs:,} |" for name, pairs in result.rules)
    return (
        f"**How.** Compared: {compared}. Two records were linked when the model gave at least "
        f"{result.metrics['match_threshold']:g} that they are the same"
        f"{_why_there(spec)}. "
        f"Links were followed best first; two groups of records became one entity only where all that was compared "
        f"across them speaks for it{_one_each(spec.link_type)}. "
        f"{result.metrics['pairs_compared']:,} different pairs were compared, those that share at least one of:\n\n"
        f"| shared | pairs |\n|---|--:|\n{rules}"
    )


def _why_there(spec: LinkageSpec) -> str:
    if spec.match_threshold != "auto":
        return ""
    if spec.target_precision is not None:
        return f", from where {spec.target_precision:.0%} of the links are expected to be right"
    return ", where the expected F1 is highest"


def _one_each(link_type: str) -> str:
    return ", with at most one record of each table" if link_type == "link_only" else ""


def _list(heading: str, entries: list[str]) -> str:
    return f"**{heading}**\n\n" + "\n".join(f"- {entry}" for entry in entries) if entries else ""
