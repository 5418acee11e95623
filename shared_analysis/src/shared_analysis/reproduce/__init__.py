"""The reviewer's proof: run a commit again from its inputs alone, and say what came out otherwise than it claims."""

from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.commits.compare import Basis, compare
from shared_analysis.reproduce.commits.comparison import Comparison
from shared_analysis.reproduce.judge.findings import Finding, Verdict
from shared_analysis.reproduce.run.outcome import Outcome, differences
from shared_analysis.reproduce.twin import TwinRun, refuse_unclean, run_twin
from shared_analysis.reproduce.verify import rerun, stated_tolerance, verify

__all__ = [
    "Basis",
    "Certificate",
    "Comparison",
    "Finding",
    "Outcome",
    "TwinRun",
    "Verdict",
    "compare",
    "differences",
    "refuse_unclean",
    "rerun",
    "run_twin",
    "stated_tolerance",
    "verify",
]
