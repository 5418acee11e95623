"""What guards the trust in files: their hashes, the files that the template manages, and the code that is installed."""

from shared_analysis.integrity.contents import Contents, wheel_contents
from shared_analysis.integrity.installed import refuse_other_code
from shared_analysis.integrity.managed import MANAGED_LIST, Drift, ManagedFiles, content_sha256, managed_files
from shared_analysis.integrity.releases import Release, known_releases
from shared_analysis.integrity.verifier import Installation, installation_in, this_verifier

__all__ = [
    "MANAGED_LIST",
    "Contents",
    "Drift",
    "Installation",
    "ManagedFiles",
    "Release",
    "content_sha256",
    "installation_in",
    "known_releases",
    "managed_files",
    "refuse_other_code",
    "this_verifier",
    "wheel_contents",
]
