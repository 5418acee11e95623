"""Is what Python compiled of a package what its source says? Python runs the compiled file and does not compare."""

from __future__ import annotations

import importlib.util
import marshal
import re
from collections.abc import Iterator
from pathlib import Path

_HEAD = 16
_OPTIMISED = re.compile(r"\.opt-([12])\.pyc$")


def doctored(package: Path) -> Iterator[str]:
    """Name the compiled files of a package that hold other code than their source; none of it is run.

    A file that Python would pass over, since it is older than its source or has no source, is left out.

    Parameters
    ----------
    package
        The folder of the package.
    """
    for path in sorted(package.rglob("__pycache__/*.pyc")):
        source = path.parents[1] / f"{path.name.split('.')[0]}.py"
        content = path.read_bytes()
        if source.is_file() and content[:4] == importlib.util.MAGIC_NUMBER and _other(content, source, path.name):
            yield path.relative_to(package.parent).as_posix()


def foreign(package: Path) -> int:
    """Count the compiled files that another version of Python made, which this one cannot read."""
    magic = importlib.util.MAGIC_NUMBER
    return sum(path.read_bytes()[:4] != magic for path in package.rglob("__pycache__/*.pyc"))


def _other(content: bytes, source: Path, name: str) -> bool:
    """Say whether a compiled file (PEP 552) is one that Python would take for its source, and is not."""
    flags = int.from_bytes(content[4:8], "little")
    text = source.read_bytes()
    if flags & 1:
        if flags & 2 and content[8:16] != importlib.util.source_hash(text):
            return False
    else:
        about = source.stat()
        dated = int(about.st_mtime) & 0xFFFFFFFF, about.st_size & 0xFFFFFFFF
        if (int.from_bytes(content[8:12], "little"), int.from_bytes(content[12:16], "little")) != dated:
            return False
    match = _OPTIMISED.search(name)
    try:
        code = compile(text, "<source>", "exec", dont_inherit=True, optimize=int(match[1]) if match else 0)
        return bool(marshal.loads(content[_HEAD:]) != code)  # noqa: S302 - compared, and never run
    except (ValueError, EOFError, TypeError, SyntaxError):
        return True
