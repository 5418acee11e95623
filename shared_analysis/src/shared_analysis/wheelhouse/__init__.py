"""Every package of a project's locks in one folder, from which a machine without a package index installs."""

from shared_analysis.wheelhouse.interpreters import interpreters_in, python_of
from shared_analysis.wheelhouse.requirements import read_wheels, statements, wrong_wheels
from shared_analysis.wheelhouse.wheel_build import build_wheel
from shared_analysis.wheelhouse.wheelhouse import Inventory, Wheelhouse

__all__ = [
    "Inventory",
    "Wheelhouse",
    "build_wheel",
    "interpreters_in",
    "python_of",
    "read_wheels",
    "statements",
    "wrong_wheels",
]
