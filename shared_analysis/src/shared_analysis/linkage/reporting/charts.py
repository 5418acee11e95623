"""The charts of a linkage."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Mapping
from typing import Any

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.linkage.reporting.record_charts import completeness_chart, shares_charts
from shared_analysis.linkage.reporting.waterfall import waterfall_chart
from shared_analysis.linkage.result_data import Linkage

_LABEL = 27  # characters in a line of a label
_EXAMPLES = {"typical": "A typical link", "nearest": "The link nearest the threshold"}
_LINE = 0.8  # height of a label's further line, in rows


def draw_charts(result: Linkage) -> Mapping[str, Chart]:
    """Draw what there is to draw, in reading order."""
    drawn = {"completeness": completeness_chart(result.completeness)}
    if result.model:
        drawn["match_weights"] = weights_chart(result.model, result.guessed)
        drawn["pair_weights"] = pairs_chart(result)
        drawn["threshold"] = threshold_chart(result)
    for name, pair in (("typical", result.evidence.typical), ("nearest", result.evidence.nearest)):
        if pair:
            drawn[f"{name}_link"] = waterfall_chart(pair, _EXAMPLES[name])
    if len(result.spec.tables) > 1:
        drawn["sources"] = sources_chart(result)
    drawn["entity_sizes"] = sizes_chart(result)
    return {**drawn, **shares_charts(result.shares)}


def weights_chart(model: Mapping[str, Any], guessed: Collection[tuple[str, str]] = ()) -> Chart:
    """Draw how strongly each level of agreement speaks for or against a match.

    Parameters
    ----------
    model
        The trained model.
    guessed
        Levels (comparison, label) that the data did not teach: drawn in grey, and never in the title.
    """
    rows: list[tuple[str, float | None, str]] = []
    named: list[tuple[float, str, bool]] = []
    for comparison in model["comparisons"]:
        name = str(comparison["output_column_name"])
        heading = str(comparison["comparison_description"])
        rows.append((heading, None, "ink"))
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                label = level["label_for_charts"]
                bits = math.log2(level["m_probability"] / level["u_probability"])
                learnt = (name, label) not in guessed
                rows.append((label, bits, ("blue" if bits >= 0 else "orange") if learnt else "silver"))
                named.append((bits, f"{heading}, {label}", learnt))
    strongest = max(((bits, label) for bits, label, learnt in named if learnt), default=None)
    title = f"Strongest evidence for a match: {strongest[1]}" if strongest else "No evidence could be learnt"
    subtitle = (
        "How far each kind of agreement speaks for a match (to the right) or against one, before the rarity of a name "
        "is counted. Each bit of match weight doubles the odds"
    )
    if not all(learnt for *_, learnt in named):
        subtitle += ". Grey: not learnt from these data, a usual or cautious value"
    words = "; ".join(f"{label}: {bits:+.1f}{'' if learnt else ' (not learnt)'}" for bits, label, learnt in named)
    return Chart(_weights(title, subtitle, rows), title=title, alt=f"{title}. Match weights in bits: {words}.")


def _weights(title: str, subtitle: str, rows: list[tuple[str, float | None, str]]) -> Any:
    """Draw one bar a row, from the top; a row without a weight heads those below it."""
    # Each line of a label is a tick of its own: the lines of one text would be ragged in another font than measured.
    bars: list[tuple[float, float, str]] = []
    lines: list[tuple[float, str, bool]] = []
    at = 0.0
    for label, weight, colour in rows:
        wrapped = textwrap.wrap(label, _LABEL)
        lines += [(at - _LINE * number, line, weight is None) for number, line in enumerate(wrapped)]
        more = _LINE * (len(wrapped) - 1)
        if weight is not None:
            bars.append((at - more / 2, weight, PALETTE[colour]))
        at -= 1 + more
    fig, axis = figure(title, subtitle, height=0.205 * -at + 0.6)
    axis.barh([bar[0] for bar in bars], [bar[1] for bar in bars], color=[bar[2] for bar in bars], height=0.72)
    axis.set_yticks([line[0] for line in lines], [line[1] for line in lines], fontsize=9.5)
    axis.tick_params(axis="y", length=0, labelcolor=PALETTE["slate"])
    for tick, (*_, heads) in zip(axis.get_yticklabels(), lines, strict=True):
        if heads:
            tick.set(fontweight="bold", color=PALETTE["ink"])
    axis.set_ylim(at + 0.3, 0.7)
    axis.axvline(0, color=PALETTE["grey"], linewidth=0.8)
    axis.set_xlabel("match weight (bits)")
    axis.grid(axis="y", visible=False)
    return fig


def pairs_chart(result: Linkage) -> Chart:
    """Draw the weights of all pairs compared, with the threshold."""
    compared, doubtful = int(result.metrics["pairs_compared"]), int(result.metrics["doubtful_pairs"])
    title = f"{doubtful:,} of {compared:,} compared pairs are in doubt ({doubtful / compared:.1%})"
    fig, axis = figure(
        title,
        "Pairs of records by match weight: each bit doubles the odds that they are the same. In doubt: a probability "
        "between 0.1 and 0.9. Logarithmic scale: each step up is ten times as many pairs",
    )
    share = float(result.metrics["match_threshold"])
    threshold = math.log2(share / (1 - share)) if share < 1 else 40.0
    linked = result.weights["weight"] >= math.floor(threshold)
    for mask, colour, label in ((~linked, "grey", "not linked"), (linked, "blue", "linked")):
        part = result.weights[mask]
        axis.bar(part["weight"] + 0.5, part["pairs"], width=0.9, color=PALETTE[colour], label=label)
    axis.axvline(threshold, color=PALETTE["red"], linewidth=1.4, label=f"threshold {share:g}")
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.set_ylim(bottom=0.7)
    axis.set_xlabel("match weight (bits)")
    axis.set_ylabel("pairs")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=9.5, borderpad=0, borderaxespad=0.6)
    alt = f"{title}. {result.metrics['links']:,} pairs are linked, at a probability of {share:g} or more."
    return Chart(fig, title=title, alt=alt)


def threshold_chart(result: Linkage) -> Chart:
    """Draw what each threshold would bring, by the model's own probabilities, and the one that was used."""
    used = float(result.metrics["match_threshold"])
    at = result.curve[result.curve["threshold"] >= min(used, 0.999)].tail(1)
    f1 = float(at["expected_f1"].iloc[0]) if len(at) else 0.0
    best = float(result.curve["expected_f1"].max())
    title = (
        f"At the threshold {used:g}, wrong and missed links are in the best balance"
        if f1 >= best - 0.001
        else f"The threshold {used:g} was set; another would balance wrong and missed links better"
    )
    fig, axis = figure(
        title,
        "What the model expects of the links from each threshold on: the share that is right (precision) and the share "
        "of the matches among the pairs compared that they hold (recall)",
    )
    for name, label, colour in (("precision", "right", "blue"), ("recall", "found", "orange")):
        axis.step(
            result.curve["threshold"],
            100 * result.curve[f"expected_{name}"],
            where="post",
            color=PALETTE[colour],
            label=f"{label} ({name})",
        )
    axis.axvline(used, color=PALETTE["red"], linewidth=1.4, label=f"threshold {used:g}")
    axis.set_xlim(0, 1)
    axis.set_ylim(min(50, 100 * float(result.curve["expected_precision"].min())), 101)
    axis.set_xlabel("threshold (match probability)")
    axis.set_ylabel("% expected")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=9.5, borderpad=0, borderaxespad=0.6)
    alt = f"{title}. Expected F1 {f1:.3f}; the highest is {best:.3f}."
    return Chart(fig, title=title, alt=alt)


def sources_chart(result: Linkage) -> Chart:
    """Draw how many entities each combination of tables knows."""
    where = result.register.groupby("entity_id")["table"].agg(lambda tables: " + ".join(sorted(set(tables))))
    counts = where.value_counts().rename_axis("tables").reset_index(name="entities")
    counts = counts.sort_values(["entities", "tables"], ascending=[False, True])
    several = int(counts.loc[counts["tables"].str.contains(" + ", regex=False), "entities"].sum())
    total = int(counts["entities"].sum())
    people, person = _who(result)
    title = f"{several / total:.0%} of the {people} found are in more than one table"
    fig, axis = figure(
        title,
        "Entities by the tables that hold a record of them. "
        f"An entity is {person} with all the records linked together",
        height=0.36 * len(counts) + 0.7,
    )
    axis.barh(counts["tables"][::-1], counts["entities"][::-1], color=PALETTE["blue"], height=0.65)
    axis.bar_label(axis.containers[0], fmt="{:,.0f}", padding=3, fontsize=9.5, color=PALETTE["slate"])
    axis.margins(x=0.14)
    axis.tick_params(axis="y", length=0, labelcolor=PALETTE["slate"])
    axis.xaxis.set_major_locator(_whole_steps())
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.set_xlabel("entities")
    axis.grid(axis="y", visible=False)
    words = "; ".join(f"{row.tables}: {row.entities:,}" for row in counts.itertuples())
    return Chart(fig, title=title, alt=f"{title}. {words}.")


def sizes_chart(result: Linkage) -> Chart:
    """Draw how many records the entities have."""
    sizes = result.register["entity_id"].value_counts().value_counts().sort_index()
    largest, single = int(sizes.index.max()), int(sizes.get(1, 0))
    total = int(sizes.sum())
    people, person = _who(result)
    title = f"{single / total:.0%} of the {people} found have one record; the most is {largest:,}"
    fig, axis = figure(
        title,
        f"Entities by their number of records. An entity is {person} with all the records linked together. Logarithmic "
        "scale: each step up is ten times as many",
        height=2.8,
    )
    labels = [f"{size}" for size in sizes.index]
    axis.bar(labels, sizes.to_numpy(), color=PALETTE["blue"], width=0.7)
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter("{x:,.0f}")
    axis.set_ylim(bottom=0.7)
    axis.bar_label(axis.containers[0], fmt="{:,.0f}", padding=2, fontsize=9.5, color=PALETTE["slate"])
    axis.margins(y=0.12)
    axis.set_xlabel("records of one entity")
    axis.set_ylabel("entities")
    axis.grid(axis="x", visible=False)
    words = "; ".join(f"{size} records: {count:,}" for size, count in sizes.items())
    return Chart(fig, title=title, alt=f"{title}. {words}.")


def _who(result: Linkage) -> tuple[str, str]:
    """Say what the entities are, by what was compared: many of them, and one."""
    compared = {comparison["output_column_name"] for comparison in result.model.get("comparisons", ())}
    if not compared or "organisation_name" in compared:
        return "people or organisations", "a person or organisation"
    return "people", "a person"


def _whole_steps() -> Any:
    """Few ticks, at whole numbers: counts of four digits must not run into each other on a phone."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=5, integer=True)
