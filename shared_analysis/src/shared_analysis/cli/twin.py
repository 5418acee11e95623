"""The command that makes the synthetic twin."""

from __future__ import annotations

from shared_analysis.cli.say import say


def twin() -> None:
    """Make the synthetic twin: data/twin, from contracts/ and the twin section of params.yaml."""
    from shared_analysis.contracts import load_contracts
    from shared_analysis.integrity import refuse_other_code
    from shared_analysis.project import open_project
    from shared_analysis.twin import TwinSpec, make_twin

    project = open_project()
    spec = TwinSpec.from_section(project.section("twin"), "twin")
    refuse_other_code(project.root)
    made = make_twin(load_contracts(project.root / "contracts"), **spec.model_dump())
    made.save(project.root / "data" / "twin")
    sizes = ", ".join(f"{name} {len(table)}" for name, table in made.tables.items())
    say(f"SYNTHETIC data written to data/twin (rows: {sizes})")
