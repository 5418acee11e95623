"""Passwords: from the environment, or typed by a person; never from a file of the project, and never kept."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.server import Server

PREFIX = "SHARED_ANALYSIS_PASSWORD_"
Password = Callable[[Server], str] | str | None
"""A password, or what to ask for it once a server wants one."""


def password_variable(server: Server) -> str:
    """Name the environment variable with a server's password: ``SHARED_ANALYSIS_PASSWORD_HOUSING``."""
    return PREFIX + re.sub(r"\W", "_", server.name, flags=re.ASCII).upper()


def ask_for_password(server: Server) -> str:
    """Ask the person at the terminal; what is typed is not shown.

    Raises
    ------
    SharedAnalysisError
        If nobody is there to ask, or nothing was typed.
    """
    import getpass

    if not (sys.stdin and sys.stdin.isatty()):
        raise no_password(server)
    try:
        typed = getpass.getpass(f"Password of {server.user or 'the account'} for {server.address}: ")
    except EOFError:
        typed = ""
    if not typed:
        raise no_password(server)
    return typed


def no_password(server: Server) -> SharedAnalysisError:
    """Say that the server wants a password and where it is taken from."""
    own = ", or use PGPASSWORD or a .pgpass file" if server.kind == "postgresql" else ""
    return SharedAnalysisError(
        "The server wants a password.",
        server.address,
        f"run this in a terminal to be asked for it, or set the environment variable {password_variable(server)}{own}",
    )


def given_password(server: Server, password: Password) -> str | None:
    """Return what was given or stands in the environment; ``None`` where a server must be tried, or a person asked."""
    if isinstance(password, str):
        return password
    return os.environ.get(password_variable(server)) or None
