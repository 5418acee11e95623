"""Data contracts: what each table must look like, whether it does, and made-up tables that would."""

from __future__ import annotations

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
