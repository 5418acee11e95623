"""Tables of a database: where one is, and how the rows of a query become a Parquet file.

Nothing here writes to a database, even if the account may.
"""

from shared_analysis.sources.database.address import parse_address
from shared_analysis.sources.database.extract import Extract, extract
from shared_analysis.sources.database.passwords import ask_for_password, password_variable
from shared_analysis.sources.database.server import DRIVERS, KINDS, Server

__all__ = [
    "DRIVERS",
    "KINDS",
    "Extract",
    "Server",
    "ask_for_password",
    "extract",
    "parse_address",
    "password_variable",
]
