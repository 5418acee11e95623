"""The reviewer's proof: run a commit again from its inputs alone, and say what came out otherwise than it claims."""

from shared_analysis.reproduce.certificate import Certificate
from shared_analysis.reproduce.comparing import Basis, compare
from shared_analysis.reproduce.comparison import Comparison
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.outcome import Outcome, differences
from shared_analysis.reproduce.twin_run import TwinRun, refuse_unclean, run_twin
from shared_analysis.reproduce.verify import rerun, stated_tolerance, verify
from shared_analysis.reproduce.wheelhouse import Wheelhouse

__all__ = [
    "Basis",
    "Certificate",
    "Comparison",
    "Finding",
    "Outcome",
    "TwinRun",
    "Verdict",
    "Wheelhouse",
    "compare",
    "differences",
    "refuse_unclean",
    "rerun",
    "run_twin",
    "stated_tolerance",
    "verify",
]
