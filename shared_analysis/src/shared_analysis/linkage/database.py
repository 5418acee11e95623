"""The database in memory, the name of every table in it, and Splink on top of it.

The private interface of Splink that the room needs is touched here and nowhere else.

| table | what it holds | written by | read by |
|---|---|---|---|
| ``INPUT`` and a number | the records of one input table | ``connect`` | ``RECORDS``, Splink |
| ``RECORDS`` | a view of all records, by number | ``connect`` | blocking, households, evaluation, Splink |
| ``INCOMING`` | one table on its way in | ``connect`` | ``connect`` |
| ``BLOCKED_PAIRS`` | pairs that blocking brings together | ``block_pairs`` | ``predict_in_parts`` |
| ``PART`` | those of them that are scored at once | ``predict_in_parts`` | Splink |
| ``WEIGHED`` | every pair with its weight alone | ``model.weighing`` | ``model.rivals``, itself |
| ``SCORED`` | every pair with its match weight | ``model.weighing`` | all that follows |
| ``SCORED_BEFORE`` | the same, before training on labels | ``labels.supervised`` | ``labels`` |
| ``EVERY_PAIR`` | ``BLOCKED_PAIRS``, while only some pairs are compared | ``labels.left_out`` | itself |
| ``EVERY_SCORE`` | ``SCORED``, in the meantime | ``labels.left_out`` | itself |
| ``RARITY`` and a column | how many other records have a value | ``predict_in_parts`` | Splink |
| ``GIVEN_PAIRS`` | pairs that a query asks for | whoever asks | the same query |
| ``GIVEN_RECORDS`` | records that a query asks for | whoever asks | the same query |

The last two are frames of pandas, lent to the database for one query (``lend``).
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.records import ID, TABLE, Records

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from splink import Linker

INPUT = "records_"
RECORDS = "records"
INCOMING = "incoming"
BLOCKED_PAIRS = "blocked_pairs"
PART = "part"
WEIGHED = "weighed"
SCORED = "scored"
SCORED_BEFORE = "scored_before"
EVERY_PAIR = "every_pair"
EVERY_SCORE = "every_score"
RARITY = "rarity_of_"
GIVEN_PAIRS = "given_pairs"
GIVEN_RECORDS = "given_records"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Splink's messages off the screen and out of executed notebooks; what matters becomes a notice."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def connect(
    records: Records, threads: int | None = None, memory: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory, with a table for each input table and a view of all records.

    What does not fit into memory spills into a private folder of the system's temporary files: by default DuckDB would
    take the working directory, where personal data could be left behind and committed.

    Raises
    ------
    SharedAnalysisError
        If something does not fit into ``memory``, not even by spilling.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="linkage-", ignore_cleanup_errors=True) as spill:
        settings = {"temp_directory": spill, **({"memory_limit": memory} if memory else {})}
        try:
            with duckdb.connect(":memory:", config=settings) as connection:
                _fill(connection, records, threads)
                del records  # the caller may want to let go of it too
                yield connection
        except Exception as error:
            if not any(isinstance(cause, duckdb.OutOfMemoryException) for cause in _causes(error)):
                raise
            raise SharedAnalysisError(
                f"The linkage does not fit into {memory or 'the memory of this machine'}.",
                "link.memory" if memory else None,
                "raise memory, or lower max_pairs or threads",
            ) from None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _fill(connection: duckdb.DuckDBPyConnection, records: Records, threads: int | None) -> None:
    import pyarrow as pa

    # Off already where it cannot be shown; in a notebook without ipywidgets DuckDB refuses even to be told so.
    if connection.sql("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
        connection.sql("SET enable_progress_bar = false")
    if threads:
        connection.sql(f"SET threads = {threads}")
    first = 0
    for number, frame in enumerate(records.frames.values()):
        columns: dict[str, Any] = {
            str(column): pa.array(frame[column], type=pa.int64() if column == ID else pa.string(), from_pandas=True)
            for column in frame
        }
        for column, texts in records.texts.items():
            rows = texts.vectors[first : first + len(frame)]
            columns[f"{column}_vector"] = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])
            columns[f"{column}_words"] = pa.array(texts.words[first : first + len(frame)], type=pa.list_(pa.string()))
        first += len(frame)
        with lend(connection, INCOMING, pa.table(columns)):
            connection.sql(f"CREATE TABLE {INPUT}{number} AS SELECT * FROM {INCOMING}")
    union = " UNION ALL ".join(f"SELECT * FROM {INPUT}{number}" for number in range(len(records.frames)))
    connection.sql(f"CREATE VIEW {RECORDS} AS {union}")


@contextmanager
def lend(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame | Any) -> Iterator[None]:
    """Let queries read a frame under a name, as long as the block lasts.

    Parameters
    ----------
    name
        One of the names above.
    frame
        A DataFrame of pandas or a table of Arrow.
    """
    connection.register(name, frame)
    try:
        yield
    finally:
        connection.unregister(name)


def block_pairs(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> int:
    """Bring together the pairs that the settings' blocking rules find, each once; give their number.

    They go into ``BLOCKED_PAIRS``, by the numbers of their records, with that of the first rule to find them.
    """
    with quiet():
        blocked = _one_table(connection, settings).inference.compute_blocked_pairs_for_predict()
    connection.sql(
        f"""
        CREATE TABLE {BLOCKED_PAIRS} AS
        SELECT match_key::UTINYINT AS match_key, join_key_l::INTEGER AS join_key_l, join_key_r::INTEGER AS join_key_r
        FROM {blocked.physical_name}
        """
    )
    blocked.drop_table_from_database_and_remove_from_cache()
    return count_rows(connection, BLOCKED_PAIRS)


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a table."""
    return int(connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def predict_in_parts(connection: duckdb.DuckDBPyConnection, model: dict[str, Any], parts: int) -> Iterator[str]:
    """Score the pairs that :func:`block_pairs` brought together, part by part.

    Parameters
    ----------
    model
        Splink settings with every m and u probability.
    parts
        In how many parts; together they hold each pair once.

    Yields
    ------
    str
        The name of a table of scores, which is dropped when the next one is asked for.
    """
    from splink import DuckDBAPI

    database = DuckDBAPI(connection=connection)
    with quiet():
        linker = _one_table(connection, model)
        _register_rarities(connection, linker, model)
        for part in range(parts):
            # Few records on the left make a small table of what is compared: the pairs of a part share theirs.
            own = f"SELECT * FROM {BLOCKED_PAIRS} WHERE join_key_l % {parts} = {part}"
            connection.sql(f"CREATE TABLE {PART} AS {own}")
            linker.table_management.register_blocked_pairs_for_predict(database.register(PART))
            scored = linker.inference.predict(warning_mode="never")
            yield scored.physical_name
            scored.drop_table_from_database_and_remove_from_cache()
            connection.sql(f"DROP TABLE {PART}")
        linker.table_management.delete_tables_created_by_splink_from_db()


def _register_rarities(connection: duckdb.DuckDBPyConnection, linker: Linker, model: dict[str, Any]) -> None:
    """Let Splink weigh a value by how many *other* records have it; its own tables count the pair itself."""
    from splink import DuckDBAPI

    database = DuckDBAPI(connection=connection)
    for column, chance in rarity_columns(model).items():
        connection.sql(
            f"""
            CREATE OR REPLACE TABLE {RARITY}{column} AS
            SELECT {column}, {rarity("count(*)", f"(SELECT count({column}) FROM {RECORDS})", chance)} AS tf_{column}
            FROM {RECORDS} WHERE {column} IS NOT NULL GROUP BY 1
            """
        )
        linker.table_management.register_term_frequency_lookup(database.register(f"{RARITY}{column}"), column)


def rarity_columns(model: dict[str, Any]) -> dict[str, float]:
    """Name the columns whose values are weighed by how rare they are, with how often strangers agree on one."""
    return {
        level["tf_adjustment_column"]: float(level["u_probability"])
        for comparison in model["comparisons"]
        for level in comparison["comparison_levels"]
        if level.get("tf_adjustment_column")
    }


def rarity(count: str, total: str, chance: float) -> str:
    """Say in SQL how likely a record taken at random has a value that two others have.

    The two are left out of the count: of a value that nobody else has they would be the only evidence that it is
    common, and in a column in which nearly every value is unique they would make all of them look common.

    Parameters
    ----------
    count, total
        Expressions: how many records have the value, and how many have any.
    chance
        How often strangers agree in the column, over all its values.
    """
    return f"CASE WHEN {count} <= 2 THEN least({chance!r}, 0.5 / {total}) ELSE ({count} - 1.5) / {total} END"


def _one_table(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> Linker:
    """Make a linker over all records as one table: numbers tell them apart, which is cheaper than tables and ids."""
    from splink import DuckDBAPI, Linker

    rules = settings["blocking_rules_to_generate_predictions"]
    if settings["link_type"] == "link_only":
        across = f"l.{TABLE} <> r.{TABLE}"
        rules = [{**rule, "blocking_rule": f"{rule['blocking_rule']} AND {across}"} for rule in rules]
    as_one = {**settings, "link_type": "dedupe_only", "blocking_rules_to_generate_predictions": rules}
    records = DuckDBAPI(connection=connection).register(RECORDS)
    return Linker(records, as_one, log_level=None, validate_settings=False)
