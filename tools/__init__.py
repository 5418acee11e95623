"""What maintainers run; ``python -m tools.rebuild`` rebuilds all that is derived."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "shared_analysis"
TEMPLATE = ROOT / "{{ cookiecutter.project_slug }}"
VENDOR = TEMPLATE / "vendor"
EXAMPLE = ROOT / "example_project"
