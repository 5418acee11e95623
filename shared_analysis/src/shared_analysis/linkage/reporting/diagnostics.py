"""What is unusual about a linkage, what it means and what to do, the weightiest first.

Each remark is a sentence or two with its counts. One that is silent has found nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared_analysis.geography import area_names
from shared_analysis.linkage.evaluation.completeness import missing_where_unlinked
from shared_analysis.linkage.evaluation.linkage_rates import lagging
from shared_analysis.linkage.result_data import Linkage

MANY_MISSED = 0.05  # matches that the model does not expect, as a share of those it does
DETERMINISTIC_RIGHT = 0.9  # of the pairs of a rule that hardly ever errs
LEAST_DETERMINISTIC = 30
FEW_COMPARISONS = 3
LARGE_CLUSTER = 10
MANY_LEFT = 0.05  # links that were not followed, as a share of links
MANY_CONTESTED = 0.02  # records that several others fit equally, as a share of links
MANY_HANGING = 0.05  # entities held together by one link, as a share of those linked
MOST_GROUPS = 5
MOST_COLUMNS = 3
OFTEN_DIFFERENT = 0.25
LEAST_RIGHT = 0.95
OFTEN_MISSING = 0.05
MUCH_DOUBT = 0.05  # doubtful pairs, as a share of links


def remarks(result: Linkage) -> list[str]:
    """Say what to look at."""
    return [
        remark
        for check in (
            _nothing_linked,
            _wrong_links,
            _missed,
            _deterministic_not_linked,
            _few_comparisons,
            _placeholders,
            _often_different,
            _not_followed,
            _contested,
            _large_entities,
            _hanging,
            _doubt,
            _groups_behind,
            _missing_where_unlinked,
        )
        for remark in check(result)
    ]


def _count(result: Linkage, name: str) -> int:
    return int(result.metrics[name])


def _nothing_linked(result: Linkage) -> Iterator[str]:
    """Say which it is: nothing was compared, nothing reached the threshold, or what reached it was not followed."""
    if _count(result, "links"):
        return
    refused, compared = _count(result, "links_not_followed"), _count(result, "pairs_compared")
    threshold, asked = f"{result.metrics['match_threshold']:g}", result.spec.target_precision
    if refused:
        yield (
            f"Nothing was linked. {refused:,} pairs reach the threshold of {threshold}, but as much speaks against "
            "each match as for it, so none was followed. If they are matches, set match_threshold a little lower."
        )
    elif not compared:
        yield (
            "Nothing was linked, because no two records share anything that a rule looks for. Check the roles in the "
            "contracts, how the columns are written, and whether the records can overlap at all."
        )
    elif asked is not None:
        yield (
            "Nothing was linked, because the model expects no threshold to reach the target_precision of "
            f"{asked:g}: the most it expects is {result.curve['expected_precision'].max():g}. Ask for less, or give "
            "more columns a role."
        )
    else:
        yield (
            f"Nothing was linked: none of the {compared:,} pairs compared reaches the threshold of {threshold}; the "
            f"likeliest has a probability of {_highest(result)}. {_to_reach_it(result)}"
        )


def _highest(result: Linkage) -> str:
    highest = float(result.curve["threshold"].max())  # rounded down to thousandths
    return f"about {highest:.3f}" if highest else "less than 0.001"


def _to_reach_it(result: Linkage) -> str:
    if result.spec.match_threshold == "auto":
        return "Check the roles in the contracts, how the columns are written, and whether the records overlap at all."
    return "Look at the likeliest pairs: if they are matches, lower match_threshold, or leave it at auto."


def _wrong_links(result: Linkage) -> Iterator[str]:
    figures = result.metrics
    if "link_precision" in figures and float(figures["link_precision"]) < LEAST_RIGHT:
        wrong = 1 - float(figures["link_precision"])
        yield f"By the known answers {wrong:.0%} of the links are wrong: raise match_threshold."
    elif figures["links"] and float(figures["expected_precision"]) < LEAST_RIGHT:
        wrong = 1 - float(figures["expected_precision"])
        auto = result.spec.match_threshold == "auto"
        what = "set target_precision to what you need, 0.95 for example" if auto else "raise match_threshold"
        yield f"About {wrong:.0%} of the links are expected to be wrong. If that is too many, {what}."


def _missed(result: Linkage) -> Iterator[str]:
    """Set the matches that the model expects against capture-recapture (``evaluation.capture_recapture``)."""
    captured = result.evidence.captured
    expected = _count(result, "expected_matches")
    if captured is None or captured.low <= (1 + MANY_MISSED) * expected or not _count(result, "estimated_missed"):
        return
    first, second, both = captured.links
    yield (
        f"The model expects {expected:,} matches among the pairs compared, but there are at least about "
        f"{captured.matches:,} ({captured.low:,} to {captured.high:,}) by capture-recapture: the rules on "
        f"{_columns(result, captured.first_columns)} find {first:,} links, those on "
        f"{_columns(result, captured.second_columns)} {second:,}, and only {both:,} are found by both. So many "
        "matches share nothing that a rule looks for, or "
        f"look too unlike; once records are joined into entities, about {_count(result, 'estimated_missed'):,} are "
        "missing. The expected recall is too high. Fill in or repair the columns that are often missing, give more "
        "columns a role, or raise max_pairs if rules were left out."
    )


def _columns(result: Linkage, columns: tuple[str, ...]) -> str:
    labels = {
        str(comparison["output_column_name"]): str(comparison["comparison_description"])
        for comparison in result.model["comparisons"]
    }
    *others, last = (labels.get(column, column.replace("_", " ")) for column in columns)
    return f"{', '.join(others)} and {last}" if others else last


def _deterministic_not_linked(result: Linkage) -> Iterator[str]:
    for name, pairs, linked in result.evidence.strict:
        if pairs >= LEAST_DETERMINISTIC and linked < DETERMINISTIC_RIGHT * pairs:
            yield (
                f"{pairs - linked:,} of the {pairs:,} pairs with the {name} are not linked, though hardly anything but "
                "a match agrees on all of that. Look at some. If they are one person, the model has learnt wrongly, "
                "perhaps from a column that seldom agrees; if not, several people share these values, or a placeholder "
                "stands in for them."
            )


def _few_comparisons(result: Linkage) -> Iterator[str]:
    compared = len(result.model.get("comparisons", []))
    if result.model and compared < FEW_COMPARISONS:
        yield (
            f"Only {'one thing' if compared == 1 else f'{compared} things'} could be compared, so records that share "
            f"{'it' if compared == 1 else 'them'} look like one: give more columns a role, or ask for one more column."
        )


def _placeholders(result: Linkage) -> Iterator[str]:
    filled = result.completeness
    for row in filled[filled["towering"] > 0].itertuples():
        yield (
            f"One value of {row.column} stands in {row.towering:,} of the {row.filled:,} records of {row.table} that "
            "have one, ten times as often as the next. If it means 'unknown', or belongs to an office or a hostel, "
            "empty it: until then it makes strangers agree."
        )


def _often_different(result: Linkage) -> Iterator[str]:
    for comparison in result.model.get("comparisons", []):
        last = comparison["comparison_levels"][-1]
        name = str(comparison["comparison_description"])
        learnt = (comparison["output_column_name"], str(last["label_for_charts"])) not in result.guessed
        if learnt and name not in ("location", "phone", "email") and last["m_probability"] > OFTEN_DIFFERENT:
            yield (
                f"{name.capitalize()} differs in {last['m_probability']:.0%} of what the model takes for matches: look "
                "at how it is written in each table, and whether the contract gives it the right role."
            )


def _not_followed(result: Linkage) -> Iterator[str]:
    refused = _count(result, "links_not_followed")
    if refused <= MANY_LEFT * max(_count(result, "links"), 20):
        return
    if result.spec.link_type == "many_to_one":
        many, register = result.spec.tables
        if _count(result, "contested_records") > refused / 2:
            return  # they are candidates that tie, which have a remark of their own
        yield (
            f"{refused:,} links were not followed, because the record of {many} went to another record of {register} "
            f"that fits as well or better. If {register} holds anything twice, set link_type to link_and_dedupe."
        )
    elif result.spec.link_type == "link_only":
        others = ", or other pairs of the same records speak against them" if len(result.spec.tables) > 2 else ""
        yield (
            f"{refused:,} links were not followed, because a table would have held somebody twice{others}. "
            "If a table may hold somebody twice, set link_type to link_and_dedupe."
        )
    else:
        yield (
            f"{refused:,} links were not followed, because other pairs of the same records speak against them. "
            "People who share much, such as twins, or records that were mixed up, are the usual cause."
        )


def _contested(result: Linkage) -> Iterator[str]:
    contested = _count(result, "contested_records")
    if contested <= MANY_CONTESTED * max(_count(result, "links"), 100):
        return
    *_, once = result.spec.tables
    if result.spec.link_type == "many_to_one":
        held, what = once, " Where nothing at all decides, they were linked to none."
    else:
        held, what = "another table", ""
    yield (
        f"{contested:,} records have two or more candidates in {held} that fit about equally well, so nothing says "
        "which is the right one: flats whose number is not given, or relatives whose given name is missing, for "
        f"example.{what} Add a column that tells such candidates apart, or link to what they have in common, such as "
        "the building."
    )


def _large_entities(result: Linkage) -> Iterator[str]:
    largest = _count(result, "max_cluster_size")
    # With many_to_one all of an entity's records were linked to the one of the register: nothing is chained.
    if largest > LARGE_CLUSTER and result.spec.link_type != "many_to_one":
        sizes = result.register["entity_id"].value_counts()
        many = int((sizes > LARGE_CLUSTER).sum())
        share = sizes[sizes > LARGE_CLUSTER].sum() / len(result.register)
        others = f"; {many:,} have more than {LARGE_CLUSTER}, {share:.1%} of all records" if many > 1 else ""
        yield (
            f"The largest entity has {largest:,} records{others}. Large ones are often several people chained together "
            "by a shared value: look at them first, or raise match_threshold."
        )


def _hanging(result: Linkage) -> Iterator[str]:
    linked = int((result.register["entity_id"].value_counts() > 1).sum())
    if len(result.hanging) > MANY_HANGING * max(linked, 20):
        yield (
            f"{len(result.hanging):,} entities are held together by one link, with two records or more on either side "
            "of it: if that link is wrong, each is two people. Their ids are in result.hanging: look at some."
        )


def _doubt(result: Linkage) -> Iterator[str]:
    doubtful = _count(result, "doubtful_pairs")
    if doubtful > MUCH_DOUBT * max(_count(result, "links"), 20):
        filled = result.completeness
        gap = 1 - filled["filled"] / filled["records"].where(filled["filled"] > 0)
        first = filled[gap == gap.max()].iloc[0]
        missing = f". Of the columns compared, {first['column']} in {first['table']} has the most gaps, {gap.max():.0%}"
        yield (
            f"{doubtful:,} pairs are in doubt (probability between 0.1 and 0.9). One more column that tells people "
            f"apart would help most{missing if gap.max() >= OFTEN_MISSING else ''}."
        )


def _groups_behind(result: Linkage) -> Iterator[str]:
    behind = lagging(result.shares)
    for row in behind.head(MOST_GROUPS).itertuples():
        yield (
            f"Records of {row.table} with {_named(str(row.by), str(row.value))} are linked less often: "
            f"{row.share:.0%} ({row.low:.0%} to {row.high:.0%}) against {row.expected:.0%} of the table. Look at what "
            "is missing there: results by this group are affected."
        )
    if len(behind) > MOST_GROUPS:
        yield f"{len(behind) - MOST_GROUPS} more areas or groups are linked less often than their table."


def _named(by: str, value: str) -> str:
    name = area_names().get(value)
    return f"{by.replace('_', ' ')} {value}{f' ({name})' if name else ''}"


def _missing_where_unlinked(result: Linkage) -> Iterator[str]:
    for row in missing_where_unlinked(result.completeness).head(MOST_COLUMNS).itertuples():
        yield (
            f"Of the {row.alone:,} records of {row.table} that were linked to none, {row.missing:.0%} lack "
            f"{row.column}, against {row.missing_elsewhere:.0%} of the others. Some may be missed matches: ask "
            f"whoever holds {row.table} whether {row.column} can be filled in."
        )
