"""Checks of a project: one small class a rule, each with an id for ever and a text that says how to put it right."""

from shared_analysis.checks.context import stages_of
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.checks.fix import fix_parameters
from shared_analysis.checks.report import RULES, CheckReport, check_project

__all__ = ["RULES", "CheckReport", "Finding", "Rule", "check_project", "fix_parameters", "stages_of"]
