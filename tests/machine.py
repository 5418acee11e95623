"""What tests ask of a machine beyond Python and git: a browser, PostgreSQL, a Turkish locale, a network to cut off."""

from __future__ import annotations

import os
import sys

# On anybody's own machine, and on a server with Windows or macOS, a test is skipped for want of one; a server with
# Linux must have them all, or nobody would see that a promise is not tested any more.
MUST_HAVE = "CI" in os.environ and sys.platform == "linux"
