"""Models that are tried because somebody asked for them: how they are written in params.yaml, and named in words.

A request is a name, with arguments in brackets where the usual ones will not do: ``AutoETS``, ``ridge``,
``TSB(alpha_d=0.1, alpha_p=0.3)``, ``sklearn.linear_model.Lasso(alpha=0.01)``. It is text, so that it is the same in
params.yaml, in a notebook's parameters cell, on a command line and in a table of results.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RIDGE, BOOSTING = "ridge", "gradient_boosting"
INTERMITTENT = frozenset({"ADIDA", "CrostonClassic", "CrostonOptimized", "CrostonSBA", "IMAPA", "TSB"})
"""Models of demand that is mostly nothing; see ``models/on_request/statsforecast_models``."""
LAST_DIGITS = frozenset({"ARIMA", "AutoARIMA", "AutoRegressive"})
"""Models whose search for parameters has been seen to end in other last digits on another kind of processor."""
ALWAYS_TRIED = {
    "seasonal_naive": "seasonal_naive",
    "SeasonalNaive": "seasonal_naive",
    "ConformalSeasonalPool": "seasonal_naive",  # its middle is just that, and it draws its intervals without a seed
    "naive": "naive",
    "Naive": "naive",
    "level": "level",
    "theta": "theta",
    "DynamicOptimizedTheta": "theta",
    "mstl": "mstl",
    "MSTL": "mstl",
    "theta_mstl": "theta_mstl",
    "theta_mstl_level": "theta_mstl_level",
}
"""What is tried without being asked for, by the names that somebody might ask by."""

_IN_WORDS = {
    RIDGE: "ridge regression on all series together",
    BOOSTING: "gradient boosting on all series together",
    "AutoETS": "automatic exponential smoothing",
    "AutoCES": "complex exponential smoothing",
    "AutoARIMA": "automatic ARIMA",
    "AutoTheta": "the best of the theta methods",
    "CrostonClassic": "Croston's method",
    "CrostonOptimized": "Croston's method, optimised",
    "CrostonSBA": "Croston's method as Syntetos and Boylan corrected it",
    "TSB": "the method of Teunter, Syntetos and Babai",
    "IMAPA": "several levels of adding up over time (IMAPA)",
    "ADIDA": "adding up over time and sharing out again (ADIDA)",
}
_IN_SHORT = {RIDGE: "ridge regression", BOOSTING: "gradient boosting"}


@dataclass(frozen=True)
class Request:
    """One model that somebody asked for.

    Parameters
    ----------
    name
        ``ridge``, ``gradient_boosting``, a class of ``statsforecast.models``, or a dotted name in ``sklearn``.
    arguments
        What it is made with besides the usual.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The request as it is written, always in the same way; the name of the candidate."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({given})" if given else self.name

    @property
    def learns(self) -> bool:
        """Whether it is one model of all series together, which regressors can help."""
        return self.name in (RIDGE, BOOSTING) or self.name.startswith("sklearn.")

    @property
    def intermittent(self) -> bool:
        """Whether it is for demand that is mostly nothing."""
        return self.name in INTERMITTENT


def parse(text: str) -> Request:
    """Read a request.

    Raises
    ------
    ValueError
        If it is not a name with or without arguments, an argument has no name or is no plain value, or the model is
        tried anyway; the message is for the person who wrote it.
    """
    how = "is not a model: write its name, or its name and arguments, such as TSB(alpha_d=0.1, alpha_p=0.3)"
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise ValueError(f"'{text}' {how}") from None
    call = tree if isinstance(tree, ast.Call) else None
    name = _dotted(call.func if call else tree)
    if name is None or (call and call.args):
        raise ValueError(f"'{text}' {how}")
    arguments = {}
    for given in call.keywords if call else ():
        try:
            value = ast.literal_eval(given.value)
        except ValueError:
            raise ValueError(f"in '{text}', an argument is not a plain value") from None
        if given.arg is None:
            raise ValueError(f"'{text}' {how}")
        arguments[given.arg] = value
    if name in ALWAYS_TRIED and (not arguments or name not in ("MSTL", "DynamicOptimizedTheta")):
        raise ValueError(f"'{name}' is always tried, as {ALWAYS_TRIED[name]}: leave it out")
    return Request(name, arguments)


def with_requested(usual: Mapping[str, tuple[str, ...]], models: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Add each model asked for to the candidates, as a candidate of its own with itself as its one member."""
    return {**usual, **{text: (text,) for text in models}}


def name_requested(candidate: str) -> str:
    """Say a candidate that was asked for in words; any other text as it is."""
    request = _read(candidate)
    if request is None:
        return candidate
    words = _IN_WORDS.get(request.name)
    own = request.text if request.arguments or request.name not in (RIDGE, BOOSTING) else ""
    named = request.text if words is None else f"{words} ({own})" if own else words
    if request.intermittent:
        return f"{named} where more than half of the counts are zero and the theta method elsewhere"
    return named if words is not None else f"the model {named}"


def short_requested(candidate: str) -> str:
    """Name a candidate that was asked for, for the side of a chart."""
    request = _read(candidate)
    if request is None:
        return candidate
    name = _IN_SHORT.get(request.name, request.name.rpartition(".")[2])
    return Request(name, request.arguments).text


def _read(candidate: str) -> Request | None:
    try:
        return parse(candidate)
    except ValueError:
        return None


def _dotted(node: ast.expr) -> str | None:
    """Put the parts of a dotted name together; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None
