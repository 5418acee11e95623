"""Record linkage: which records, in one table or several, belong to the same person or organisation."""

from shared_analysis.linkage.link import link
from shared_analysis.linkage.reporting.explain import Explanation, explain
from shared_analysis.linkage.reporting.review_rows import review_rows
from shared_analysis.linkage.result import LinkageResult
from shared_analysis.linkage.spec import LinkageSpec

__all__ = ["Explanation", "LinkageResult", "LinkageSpec", "explain", "link", "review_rows"]
