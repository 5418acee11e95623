"""The charts of a linkage."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared_analysis.charts import PALETTE, Chart, figure

if TYPE_CHECKING:
    from shared_analysis.linkage.result import LinkageResult


def charts(result: LinkageResult) -> Mapping[str, Chart]:
    """Draw what there is to draw, in reading order."""
    drawn = {}
    if result.model:
        drawn["match_weights"] = weights_chart(result.model)
        drawn["pair_weights"] = pairs_chart(result)
    if len(result.spec.tables) > 1:
        drawn["sources"] = sources_chart(result)
    drawn["entity_sizes"] = sizes_chart(result)
    return drawn


def weights_chart(model: Mapping[str, Any]) -> Chart:
    """Draw how strongly each level of agreement speaks for or against a match."""
    rows: list[tuple[str, float | None]] = []
    named: list[tuple[float, str, str]] = []
    for comparison in model["comparisons"]:
        heading = str(comparison["output_column_name"]).replace("_", " ")
        rows.append((heading, None))
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                bits = math.log2(level["m_probability"] / level["u_probability"])
                rows.append((level["label_for_charts"], bits))
                named.append((bits, heading, level["label_for_charts"]))
    bits, heading, label = max(named)
    title = f"Strongest evidence for a match: {heading}, {label}"
    fig, axis = figure(
        title,
        "Match weight of each level of agreement, before the rarity of a name is counted (bits: +1 doubles the odds)",
        height=0.21 * len(rows) + 0.6,
    )
    places = range(len(rows))[::-1]
    for place, (_, weight) in zip(places, rows, strict=True):
        if weight is not None:
            axis.barh(place, weight, color=PALETTE["blue" if weight >= 0 else "orange"], height=0.72)
    axis.set_yticks(list(places), [label for label, _ in rows], fontsize=9)
    for tick, (_, weight) in zip(axis.get_yticklabels(), rows, strict=True):
        if weight is None:
            tick.set(fontweight="bold", color=PALETTE["ink"])
    axis.set_ylim(-0.7, len(rows) - 0.3)
    axis.axvline(0, color=PALETTE["grey"], linewidth=0.8)
    axis.set_xlabel("match weight (bits)")
    axis.grid(axis="y", visible=False)
    words = "; ".join(f"{name}, {label}: {bits:+.1f}" for bits, name, label in named)
    return Chart(fig, title=title, alt=f"{title}. Match weights in bits: {words}.")


def pairs_chart(result: LinkageResult) -> Chart:
    """Draw the weights of all pairs compared, with the threshold."""
    compared, doubtful = int(result.metrics["pairs_compared"]), int(result.metrics["doubtful_pairs"])
    title = f"{doubtful:,} of {compared:,} compared pairs are in doubt ({doubtful / compared:.1%})"
    fig, axis = figure(
        title,
        "Pairs compared, by match weight (bits), on a logarithmic scale; in doubt: probability between 0.1 and 0.9",
    )
    share = result.spec.match_threshold
    threshold = math.log2(share / (1 - share)) if share < 1 else 40.0
    linked = result.weights["weight"] >= math.floor(threshold)
    for mask, colour, label in ((~linked, "grey", "not linked"), (linked, "blue", "linked")):
        part = result.weights[mask]
        axis.bar(part["weight"] + 0.5, part["pairs"], width=0.9, color=PALETTE[colour], label=label)
    axis.axvline(threshold, color=PALETTE["red"], linewidth=1.4, label=f"threshold {share:g}")
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.set_ylim(0.7, result.weights["pairs"].max() * 12)  # room for the legend
    axis.set_xlabel("match weight (bits)")
    axis.set_ylabel("pairs")
    axis.legend(loc="upper center", ncols=3, fontsize=9)
    alt = f"{title}. {result.metrics['links']:,} pairs are linked, at a probability of {share:g} or more."
    return Chart(fig, title=title, alt=alt)


def sources_chart(result: LinkageResult) -> Chart:
    """Draw how many entities each combination of tables knows."""
    where = result.register.groupby("entity_id")["table"].agg(lambda tables: " + ".join(sorted(set(tables))))
    counts = where.value_counts().rename_axis("tables").reset_index(name="entities")
    counts = counts.sort_values(["entities", "tables"], ascending=[False, True])
    several = int(counts.loc[counts["tables"].str.contains(" + ", regex=False), "entities"].sum())
    total = int(counts["entities"].sum())
    title = f"{several / total:.0%} of entities are known to several tables"
    fig, axis = figure(title, "Entities by the tables that hold a record of them", height=0.36 * len(counts) + 0.7)
    axis.barh(counts["tables"][::-1], counts["entities"][::-1], color=PALETTE["blue"], height=0.65)
    axis.bar_label(axis.containers[0], fmt="{:,.0f}", padding=3, fontsize=9, color=PALETTE["grey"])
    axis.margins(x=0.1)
    axis.set_xlabel("entities")
    axis.grid(axis="y", visible=False)
    words = "; ".join(f"{row.tables}: {row.entities:,}" for row in counts.itertuples())
    return Chart(fig, title=title, alt=f"{title}. {words}.")


def sizes_chart(result: LinkageResult) -> Chart:
    """Draw how many records the entities have."""
    sizes = result.register["entity_id"].value_counts().value_counts().sort_index()
    largest, single = int(sizes.index.max()), int(sizes.get(1, 0))
    total = int(sizes.sum())
    title = f"{single / total:.0%} of entities have one record; the largest has {largest:,}"
    fig, axis = figure(title, "Entities by their number of records (entities on a logarithmic scale)", height=2.8)
    labels = [f"{size}" for size in sizes.index]
    axis.bar(labels, sizes.to_numpy(), color=PALETTE["blue"], width=0.7)
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.set_ylim(bottom=0.7)
    axis.bar_label(axis.containers[0], fmt="{:,.0f}", padding=2, fontsize=9, color=PALETTE["grey"])
    axis.margins(y=0.12)
    axis.set_xlabel("records of one entity")
    axis.set_ylabel("entities")
    axis.grid(axis="x", visible=False)
    words = "; ".join(f"{size} records: {count:,}" for size, count in sizes.items())
    return Chart(fig, title=title, alt=f"{title}. {words}.")
