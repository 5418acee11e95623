"""Every package of a project's locks in one folder, from which a machine without a package index installs."""

from shared_analysis.wheelhouse.wheelhouse import Wheelhouse

__all__ = ["Wheelhouse"]
