"""The parts of a project record: outcome, action, data product, data, people and agreements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PrivateAttr, model_validator

from shared_analysis.record.source import Key, Source
from shared_analysis.record.todo import is_todo

NOT_NEEDED = "not needed"
"""What a dataset says instead of an agreement when none is needed, as for open data."""

SENSITIVITIES = ("open", "personal", "special-category")
"""Classes of data, from the least sensitive to the most."""


def _text(value: object) -> str:
    if isinstance(value, bool):
        raise ValueError("must be text: put quotes around it")
    if isinstance(value, int | float | date):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(
            "must be text, or TODO" if value is not None else "is empty: write TODO if it is not known yet"
        )
    if not value.strip():
        raise ValueError("is empty: write TODO if it is not known yet")
    return value.strip()


def _day(value: object) -> date | str:
    if isinstance(value, str) and is_todo(value):
        return value.strip()
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("must be a day such as 2027-03-31, or TODO") from None


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed and not is_todo(value):
            raise ValueError(f"must be one of {', '.join(allowed)}, or TODO")
        return value

    return check


def _several(value: object) -> object:
    """Take one name, a list of names, or TODO where a list is wanted."""
    if value is None:
        raise ValueError("is empty: write TODO if it is not known yet")
    if isinstance(value, str):
        return () if is_todo(value) else (value,)
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list, or TODO")
    return tuple(value)


Text = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date | str, BeforeValidator(_day)]
Names = Annotated[tuple[Text, ...], BeforeValidator(_several)]
Sensitivity = Annotated[Text, AfterValidator(_one_of(*SENSITIVITIES))]


def _several_parts(value: object) -> object:
    """Take a list of parts, or TODO where the list is wanted."""
    return () if isinstance(value, str) and is_todo(value) else _several(value)


class Part(BaseModel):
    """A part of the record: frozen, strict about its keys, and allowed to be TODO as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _all_unknown(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("is empty: write TODO if it is not known yet")
        if is_todo(value):
            return {name: value for name, field in cls.model_fields.items() if field.is_required()}
        return value


class Identity(Part):
    """The project itself."""

    name: Text
    slug: Text
    contact: Text
    licence: Annotated[Text, AfterValidator(_one_of("mit", "internal"))]
    data_class: Sensitivity


class Outcome(Part):
    """What will be better, for whom, and how anybody will know."""

    id: Text
    statement: Text
    people: Text
    measure: Text
    baseline: Text
    target: Text
    target_date: Day
    owner: Text


class Action(Part):
    """What somebody will do differently, once the data product tells them something."""

    id: Text
    outcome: Text
    description: Text
    who_acts: Text
    decision: Text


class Product(Part):
    """What the project makes so that the action can be taken, and the pipeline stages that make it."""

    id: Text
    title: Text
    description: Text
    action: Text
    audience: Text
    stages: Names


class Dataset(Part):
    """One input table, the product that needs it, and the ground on which it may be used."""

    name: Text
    title: Text
    product: Names
    owner: Text
    sensitivity: Sensitivity
    lawful_basis: Text
    special_category_condition: Text = NOT_NEEDED
    agreement: Text
    delete_by: Day


class Organisation(Part):
    """A body that takes part."""

    id: Text
    name: Text
    part: Annotated[Text, AfterValidator(_one_of("lead", "partner"))]


class Roles(Part):
    """Who answers for what: job titles or team mailboxes, for people move on."""

    data_owner: Text
    lead_analyst: Text
    information_governance: Text
    reviewer: Text
    output_checker: Text


class Agreement(Part):
    """A data sharing agreement or the like."""

    id: Text
    title: Text
    parties: Names
    document: Text
    status: Annotated[Text, AfterValidator(_one_of("drafting", "in review", "signed", "ended"))]
    expires: Day


class Content(Part):
    """Everything that a record says, and where in its file it says so."""

    project: Identity
    stage: Text
    outcome: Outcome
    actions: Annotated[tuple[Action, ...], BeforeValidator(_several_parts)]
    products: Annotated[tuple[Product, ...], BeforeValidator(_several_parts)]
    datasets: Annotated[tuple[Dataset, ...], BeforeValidator(_several_parts)]
    organisations: Annotated[tuple[Organisation, ...], BeforeValidator(_several_parts)]
    roles: Roles
    agreements: Annotated[tuple[Agreement, ...], BeforeValidator(_several_parts)]

    _source: Source = PrivateAttr(default_factory=Source)

    @property
    def source(self) -> Source:
        """The file as read, with the line of each key (empty for a record made in code)."""
        return self._source

    def unknowns(self) -> Iterator[tuple[Key, str]]:
        """Yield every place that holds TODO: its key and the text there, in the order of the file."""
        yield from _unknown_in(self._source.data or self.model_dump(), ())


def _unknown_in(value: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _unknown_in(inner, (*key, name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _unknown_in(inner, (*key, index))
    elif is_todo(value):
        yield key, value
