"""What guards the trust in files: their hashes, the files that the template manages, and the code that is installed."""

from shared_analysis.integrity.installed import refuse_other_code
from shared_analysis.integrity.managed import MANAGED_LIST, Drift, ManagedFiles, content_sha256, managed_files

__all__ = ["MANAGED_LIST", "Drift", "ManagedFiles", "content_sha256", "managed_files", "refuse_other_code"]
