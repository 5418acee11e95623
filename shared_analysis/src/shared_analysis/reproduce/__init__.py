"""The reviewer's proof: run a commit again from its inputs alone, and say what came out otherwise than it claims."""

from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.commit.checkout import Source, find_source
from shared_analysis.reproduce.commit.workspace import exclusive_workspace
from shared_analysis.reproduce.commits.compare import Basis, compare
from shared_analysis.reproduce.commits.comparison import Comparison
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.judge.outputs import differences
from shared_analysis.reproduce.judge.package import PackageCheck
from shared_analysis.reproduce.register import Entry, Register, read_register
from shared_analysis.reproduce.run.options import RunOptions
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.reproduce.run.runner import rerun
from shared_analysis.reproduce.sealed import SealedProof, check_seal, refuse_key, seal
from shared_analysis.reproduce.twin import TwinRun, refuse_foreign, refuse_unclean, run_twin
from shared_analysis.reproduce.verify import verify

__all__ = [
    "Basis",
    "Certificate",
    "Comparison",
    "Entry",
    "Finding",
    "Outcome",
    "PackageCheck",
    "Register",
    "RunOptions",
    "SealedProof",
    "Source",
    "TwinRun",
    "Verdict",
    "check_seal",
    "compare",
    "differences",
    "exclusive_workspace",
    "find_source",
    "read_register",
    "refuse_foreign",
    "refuse_key",
    "refuse_unclean",
    "rerun",
    "run_twin",
    "seal",
    "verify",
]
