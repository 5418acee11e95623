"""Ask a function in a process of its own, which gets only so much time and memory."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

SECONDS = 60
GIGABYTES = 4
P = ParamSpec("P")
R = TypeVar("R")


class NoAnswer(Exception):
    """The process gave no answer; the message says what it did instead, and begins with one of ``WORDS``."""

    WORDS = ("does not come back", "is killed", "wants more than")


def apart(function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Call a function in another process, and return what it returns.

    Whatever it starts ends with it. What it prints goes to the messages of this process.

    Raises
    ------
    NoAnswer
        If it takes too long or too much memory, or its process dies.
    """
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(["dvc.repo", "shared_analysis.reproduce", "tests.unit.reproduce.tampering"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, function, arguments, named))
    process.start()
    theirs.close()
    try:
        if not ours.poll(SECONDS):
            raise NoAnswer(f"does not come back within {SECONDS} s")
        answer, error = ours.recv()
    except EOFError:
        raise NoAnswer("is killed") from None
    finally:
        _end(process)
        ours.close()
    if error == MemoryError.__name__:
        raise NoAnswer(f"wants more than {GIGABYTES} GB")
    if error:
        raise RuntimeError(error)
    return answer  # type: ignore[no-any-return]


def _answer(answers: Connection, function: Callable[..., Any], arguments: Any, named: Any) -> None:
    os.dup2(2, 1)
    if sys.platform != "win32":
        import resource

        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTES << 30, GIGABYTES << 30))
    answer, error = None, ""
    try:
        answer = function(*arguments, **named)
    except MemoryError:
        error = MemoryError.__name__
    except Exception:
        error = traceback.format_exc()  # not every exception can be sent
    answers.send((answer, error))


def _end(process: BaseProcess) -> None:
    """End a process and what it has started."""
    if sys.platform != "win32" and process.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
