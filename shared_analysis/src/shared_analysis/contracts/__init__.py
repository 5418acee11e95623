"""Data contracts: what each table must look like, whether it does, and made-up tables that would.

Each name is imported when it is first asked for. Reading a contract takes a tenth of a second, and need not wait for
what reads tables, which takes half of one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared_analysis.contracts.inference import infer
    from shared_analysis.contracts.model import Column, DataContract
    from shared_analysis.contracts.odcs import load_contract, load_contracts, write_contract
    from shared_analysis.contracts.report import ContractBroken, ValidationReport
    from shared_analysis.contracts.roles import ROLES
    from shared_analysis.contracts.synthesis import synthesise
    from shared_analysis.contracts.validation import validate

__all__ = [
    "ROLES",
    "Column",
    "ContractBroken",
    "DataContract",
    "ValidationReport",
    "infer",
    "load_contract",
    "load_contracts",
    "synthesise",
    "validate",
    "write_contract",
]

_MODULES = {
    "ROLES": "roles",
    "Column": "model",
    "ContractBroken": "report",
    "DataContract": "model",
    "ValidationReport": "report",
    "infer": "inference",
    "load_contract": "odcs",
    "load_contracts": "odcs",
    "synthesise": "synthesis",
    "validate": "validation",
    "write_contract": "odcs",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
