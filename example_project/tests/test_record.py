"""The record, the contracts and the pipeline say one thing: why each table is used and each stage is run."""

from pathlib import Path

import yaml

from shared_analysis.checks import check_project
from shared_analysis.contracts import load_contracts
from shared_analysis.record import load_record

ROOT = Path(__file__).resolve().parents[1]


def test_nothing_is_wrong() -> None:
    """What is still missing is listed by `python -m shared_analysis check`, and does not fail.

    Whether real data may be used yet (GAT003) is for people to say: `check` asks, and no test can answer.
    """
    faults = [fault for fault in check_project(ROOT).faults if fault.rule != "GAT003"]
    assert [(fault.where, fault.message) for fault in faults] == []


def test_every_contract_has_a_dataset_in_the_record() -> None:
    record = load_record(ROOT)
    assert sorted(load_contracts(ROOT / "contracts")) == sorted(dataset.name for dataset in record.datasets)


def test_every_dataset_and_stage_leads_to_the_outcome() -> None:
    """A dataset that says TODO for its product is listed by `check`, and leads nowhere yet."""
    record = load_record(ROOT)
    threads = record.trace()
    undecided = {dataset.name for dataset in record.datasets if not dataset.product}
    assert {thread.name for thread in threads if thread.kind == "dataset"}
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert set(stages) == {thread.name for thread in threads if thread.kind == "stage"}
    assert [thread.name for thread in threads if not thread.whole and thread.name not in undecided] == []


def test_every_column_about_people_says_why_it_is_needed() -> None:
    for name, contract in load_contracts(ROOT / "contracts").items():
        for column in contract.columns:
            if column.classification != "none":
                assert column.purpose, f"{name}.{column.name}"
