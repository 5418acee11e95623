"""Made-up tables that keep every rule of their contracts."""

from shared_analysis.contracts.synthesis.tables import synthesise

__all__ = ["synthesise"]
