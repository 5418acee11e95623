"""Record linkage: which records, in one table or several, belong to the same person or organisation."""

from shared_analysis.linkage.explaining import Explanation, explain
from shared_analysis.linkage.linking import link
from shared_analysis.linkage.result import LinkageResult
from shared_analysis.linkage.review import review_rows
from shared_analysis.linkage.specification import LinkageSpec

__all__ = ["Explanation", "LinkageResult", "LinkageSpec", "explain", "link", "review_rows"]
