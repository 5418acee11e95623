"""The reviewer's proof: run a commit again from its inputs alone, and say what came out otherwise than it claims."""

from shared_analysis.reproduce.certificate import Certificate
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.outcome import Outcome, differences
from shared_analysis.reproduce.verify import rerun, verify

__all__ = ["Certificate", "Finding", "Outcome", "Verdict", "differences", "rerun", "verify"]
