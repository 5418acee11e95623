"""The record as a whole: what it says, what it does not know yet, and why each dataset is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared_analysis.record.gates import Gap, Gate, gaps
from shared_analysis.record.model import Content
from shared_analysis.record.trace import Thread, trace


class ProjectRecord(Content):
    """The project record, ``project.yaml``: read it with :func:`shared_analysis.record.load_record`.

    Every dataset names the product it serves, every product its action, every action its outcome. What is not
    known yet holds ``TODO``.
    """

    def gaps(self, gates: Sequence[Gate] | None = None) -> list[Gap]:
        """List what is not known yet, gate by gate (see :func:`shared_analysis.record.load_gates`)."""
        return gaps(self, gates)

    def trace(self, stages: Mapping[str, Sequence[str]] | None = None) -> list[Thread]:
        """Follow every dataset and stage to its product, action and outcome.

        Parameters
        ----------
        stages
            Products by stage, as the pipeline tells (``meta: product`` in ``dvc.yaml``); by default what the
            record's products say.

        Returns
        -------
        list of Thread
            One a dataset and product, then one a stage and product, in the order of the record. What serves
            no product has one thread with empty ends.
        """
        return trace(self, stages)
