"""The command line: ``shared-analysis`` and ``python -m shared_analysis``.

Exit codes: 0, done; 1, done and the answer is no (a check failed, a table breaks its contract, a notebook raised);
2, not done because of what was given; 130, interrupted.
"""

from __future__ import annotations

import sys
import warnings

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.printable import one_line, printable
from shared_analysis.room import is_out_of_room, no_room


def main() -> None:
    """Run one command; a fault that the user can mend is said in words, never as a traceback."""
    from shared_analysis.cli.commands import app

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if any(option.startswith("error") for option in sys.warnoptions):  # what libraries warn of is no fault of anybody's
        warnings.simplefilter("ignore")
    try:
        app()
    except SharedAnalysisError as error:
        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if is_out_of_room(error):
            print(printable(f"error: {no_room(error)}"), file=sys.stderr)
            sys.exit(SharedAnalysisError.exit_code)
        if isinstance(error, UnicodeEncodeError):
            fault = f"A name has a letter that the language settings here do not know ({error.encoding})."
            again = SharedAnalysisError(fault, "LC_ALL, LANG", "set PYTHONUTF8=1, and give the same command again")
            print(printable(f"error: {again}"), file=sys.stderr)
            sys.exit(SharedAnalysisError.exit_code)
        if not isinstance(error, OSError) or error.filename is None:
            raise
        print(one_line(f"error: {error.filename}: {error.strerror}."), file=sys.stderr)
        print("  next:  close it in other programs, and check that you may write there", file=sys.stderr)
        sys.exit(SharedAnalysisError.exit_code)
