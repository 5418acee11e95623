"""``shared-analysis notebook``: run a notebook of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from shared_analysis.cli.say import say

app = typer.Typer(help="Run the project's notebooks.", no_args_is_help=True)


class _PairedOptions(TyperCommand):
    """Lets ``-p`` take a name and a value, as papermill's does; Typer's options take one word each."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        joined, rest = [], list(args)
        while rest:
            word = rest.pop(0)
            joined.append(word)
            if word not in ("-p", "--parameters"):
                continue
            if rest and "=" in rest[0]:
                joined.append(rest.pop(0))
            elif len(rest) >= 2:
                joined.append(f"{rest.pop(0)}={rest.pop(0)}")
            else:
                ctx.fail(f"{word} needs a name and a value: {word} match_threshold 0.9")
        return super().parse_args(ctx, joined)


@app.command("run", cls=_PairedOptions)
def run(
    name: Annotated[str, typer.Argument(help="The notebook: 20_link, or notebooks/20_link.ipynb.")],
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameters", metavar="NAME VALUE", help="Override a parameter; may be repeated."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write the executed notebook; its page goes beside it."),
    ] = None,
) -> None:
    """Run a notebook with its section of params.yaml; write the executed notebook and an offline page.

    Run by hand it writes its results under scratch/; only `dvc repro` writes them under reports/.
    While it runs, and if it fails, reports/failed/ holds the run so far, whoever started it; a failed run ends with 1.
    """
    import logging

    from shared_analysis.errors import SharedAnalysisError
    from shared_analysis.notebooks import parse_value, run_notebook
    from shared_analysis.project import open_project, section_name, untracked_tables

    project = open_project()
    now = project.params.get(section_name(Path(name).stem)) or {}
    unpaired = [pair for pair in parameters or [] if "=" not in pair]
    if unpaired:
        raise typer.BadParameter(f"'{unpaired[0]}' has no value; write -p {unpaired[0]} VALUE")
    given = dict(pair.split("=", 1) for pair in parameters or [])
    if output and (output.suffix != ".ipynb" or output.is_dir()):
        raise SharedAnalysisError(
            "The executed notebook needs a file name that ends in .ipynb.", str(output), f"-o {output / name}.ipynb"
        )
    if not project.synthetic:
        for path in untracked_tables(project.root):
            say(f"note: DVC does not keep data/raw/{path.name}: dvc add data/raw/{path.name}", err=True)
    values = {key: parse_value(text, now.get(key)) for key, text in given.items()}
    try:
        finished = run_notebook(project, name, values, Path.cwd() / output if output else None)
    except KeyboardInterrupt:  # Typer would end without a word
        logging.getLogger("asyncio").disabled = True  # what is left of the run has nothing more to say
        say("stopped by hand; reports/failed/ holds the run so far", err=True)
        raise typer.Exit(130) from None
    for path in (finished.notebook, finished.page):
        shown = path.relative_to(project.root) if path.is_relative_to(project.root) else path
        say(f"wrote {shown}")
