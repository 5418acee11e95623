"""Contract files: reading and writing the Open Data Contract Standard (Bitol, Linux Foundation AI & Data), version 3.

Column rules use the standard's own keys (``logicalType``, ``required``, ``unique``, ``primaryKey``,
``logicalTypeOptions``, ``classification``, ``relationships``, the library metric ``invalidValues``). What the standard
has no key for is in its ``customProperties``: ``semanticRole``, ``purpose``, and how values are written
(``numberFormat``, ``digitsOnly``, ``missing``, ``zero``, ``suppressed``, ``provisional``).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, SchemaProperty
from pydantic import ValidationError

from shared_analysis.contracts.known_keys import refuse_unknown_keys
from shared_analysis.contracts.model import TYPES, Bound, Column, DataContract, Value, refuse_unknown
from shared_analysis.contracts.servers import folder_documents, read_folder, read_server, server_documents
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Reading
from shared_analysis.yaml_file import dump_yaml, load_yaml

_SUFFIXES = (".yaml", ".yml")
_CUSTOM = ("semanticRole", "purpose")
_MARKS = ("missing", "zero", "suppressed", "provisional")
_NOTATION = ("numberFormat", "digitsOnly", *_MARKS)
_OPTIONS = {
    "string": ("pattern", "minLength", "maxLength", "format"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "date": ("format", "minimum", "maximum"),
    "timestamp": ("format", "minimum", "maximum"),
    "boolean": (),
}
_NO_VALUE_RULES = {"nullValues": "required", "missingValues": "required", "duplicateValues": "unique"}


def load_contracts(folder: Path) -> dict[str, DataContract]:
    """Read every contract of a folder.

    Returns
    -------
    dict
        By table name, sorted.

    Raises
    ------
    SharedAnalysisError
        If the folder holds no contract, a file is not a usable contract, or two files describe one table.
    """
    folder = Path(folder)
    paths = sorted(path for path in folder.glob("*") if path.suffix in _SUFFIXES)
    if not paths:
        raise SharedAnalysisError(
            "There is no data contract.", str(folder), "draft one with `shared-analysis contract infer <table>`"
        )
    contracts: dict[str, tuple[str, DataContract]] = {}
    for path in paths:
        contract = load_contract(path)
        if contract.name in contracts:
            raise SharedAnalysisError(
                f"Two contracts describe the table '{contract.name}'.",
                f"{contracts[contract.name][0]} and {path.name}",
                "keep one of them",
            )
        contracts[contract.name] = (path.name, contract)
    return {name: contracts[name][1] for name in sorted(contracts)}


def load_contract(path: Path) -> DataContract:
    """Read one contract file.

    Raises
    ------
    SharedAnalysisError
        If the file is missing, is not YAML, is not the Open Data Contract Standard 3, or states a rule that makes no
        sense; the message names the file, the key and the nearest right name.
    """
    path = Path(path)
    content = load_yaml(path, "contract")
    try:
        return _read_document(content)
    except SharedAnalysisError as error:
        where = f"{path.name}: {error.where}" if error.where else path.name
        raise SharedAnalysisError(error.what, where, error.next_step) from None


def _read_document(content: Any) -> DataContract:
    if not isinstance(content, Mapping):
        raise SharedAnalysisError("The file holds no contract.", None, "start it with `kind: DataContract`")
    if content.get("kind") != "DataContract":
        raise SharedAnalysisError("The file is no data contract.", "kind", "start it with `kind: DataContract`")
    if not str(content.get("apiVersion", "")).startswith("v3."):
        raise SharedAnalysisError("Only version 3 of the standard is read.", "apiVersion", "write `apiVersion: v3.1.0`")
    for key in ("id", "version"):
        if key not in content:
            raise SharedAnalysisError(f"The contract has no {key}.", key, f"add `{key}:`")
    refuse_unknown_keys(content, OpenDataContractStandard)
    try:
        document = OpenDataContractStandard(**content)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in fault["loc"])
        raise SharedAnalysisError(f"A key of the contract is wrong: {fault['msg']}.", key, "correct it") from None
    tables = document.schema_ or []
    if len(tables) != 1:
        raise SharedAnalysisError(
            f"The contract describes {len(tables)} tables.", "schema", "describe one table in each file"
        )
    return _read_table(document, tables[0])


def _read_table(document: OpenDataContractStandard, table: SchemaObject) -> DataContract:
    where = f"schema.{table.name}"
    unchecked = [f"{table.name}: {_quality_in_words(rule)}" for rule in table.quality or []]
    if table.relationships:
        unchecked.append(f"{table.name}: relationships of the whole table (state them at the column)")
    columns = []
    for number, entry in enumerate(table.properties or []):
        try:
            columns.append(_read_column(entry, unchecked))
        except SharedAnalysisError as error:
            here = f"{where}.properties.{entry.name or number}"
            raise SharedAnalysisError(error.what, f"{here} ({error.where})", error.next_step) from None
    description = document.description
    server, query = read_server(document.servers)
    return DataContract(
        name=table.name or "",
        columns=tuple(columns),
        title=table.businessName or document.name or "",
        description=(table.description or "").strip(),
        product=document.dataProduct or "",
        purpose=((description.purpose if description else None) or "").strip(),
        unchecked=tuple(unchecked),
        reading=_read_reading(table, where),
        server=server,
        folder=read_folder(document.servers),
        query=query,
    )


def _read_reading(table: SchemaObject, where: str) -> Reading | None:
    """Read how the table's file is read."""
    custom = {item.property: item.value for item in table.customProperties or []}
    settings = custom.get("reading")
    if settings is None:
        return None
    here = f"{where}.customProperties.reading"
    if not isinstance(settings, Mapping):
        raise SharedAnalysisError("This is no list of settings.", here, "write `encoding: cp1252`, for example")
    try:
        return Reading.from_mapping(settings)
    except SharedAnalysisError as error:
        raise SharedAnalysisError(error.what, here, error.next_step) from None


def _read_column(entry: SchemaProperty, unchecked: list[str]) -> Column:
    name = entry.name or ""
    where = f"column {name!r}"
    kind = entry.logicalType or ""
    if kind not in TYPES:
        refuse_unknown("a type", kind or "no type", TYPES, f"{where}, logicalType")
    options = _read_options(entry, kind, where, unchecked)
    rules = _read_quality(entry, kind, where, unchecked)
    custom = {item.property: item.value for item in entry.customProperties or []}
    for key in custom:
        if _letters(key) in ("semanticrole", "role") and key not in _CUSTOM:
            refuse_unknown("a custom property that is read", key, _CUSTOM, f"{where}, customProperties")
    return Column(
        name=name,
        type=kind,
        required=bool(entry.required) or rules.get("required", False),
        unique=bool(entry.unique) or rules.get("unique", False),
        primary_key=bool(entry.primaryKey),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
        allowed=rules.get("allowed"),
        classification=entry.classification or "none",
        purpose=str(custom.get("purpose") or "").strip(),
        role=custom.get("semanticRole"),
        description=(entry.description or "").strip(),
        references=_read_reference(entry, where),
        format=options.get("format"),
        min_length=options.get("minLength"),
        max_length=options.get("maxLength"),
        **_read_notation(custom, where),
    )


def _read_notation(custom: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Read how values are written; a misspelt key would let the values be read in another way."""
    for key in custom:
        meant = [name for name in _NOTATION if _letters(name) == _letters(key)]
        if meant and key not in _NOTATION:
            refuse_unknown("a custom property that is read", key, _NOTATION, f"{where}, customProperties")
    digits = custom.get("digitsOnly", False)
    if not isinstance(digits, bool):
        raise SharedAnalysisError("This is true or false.", f"{where}, digitsOnly", "write `true`, or leave it out")
    for key in _MARKS:
        if not isinstance(custom.get(key, []), list):
            raise SharedAnalysisError("This is a list of texts.", f"{where}, {key}", 'write ["NULL", "-"]')
    number_format = custom.get("numberFormat")
    if number_format is not None:
        from shared_analysis.contracts.numbers import NumberFormat

        number_format = NumberFormat.parse(number_format)
    return {
        "digits": digits,
        "number_format": number_format,
        **{key: tuple(custom.get(key, ())) for key in _MARKS},
    }


def _letters(key: object) -> str:
    return str(key).lower().replace("_", "")


def _read_options(entry: SchemaProperty, kind: str, where: str, unchecked: list[str]) -> dict[str, Any]:
    options = dict(entry.logicalTypeOptions or {})
    for key in list(options):
        if key not in _OPTIONS[kind]:
            unchecked.append(f"{entry.name}: logicalTypeOptions.{key}")
            del options[key]
    for key in ("minimum", "maximum"):
        if key in options:
            options[key] = _read_bound(options[key], kind, f"{where}, logicalTypeOptions.{key}")
    for key in ("minLength", "maxLength"):
        if key in options and (not isinstance(options[key], int) or options[key] < 0):
            raise SharedAnalysisError("A length is a whole number.", f"{where}, logicalTypeOptions.{key}", "correct it")
    if kind == "string" and "yy" not in str(options.get("format", "yy")).lower():
        from shared_analysis.contracts.dates import SERIAL_DAYS

        if options["format"] != SERIAL_DAYS:
            unchecked.append(f"{entry.name}: logicalTypeOptions.format")
            del options["format"]
    return options


def _read_bound(value: Any, kind: str, where: str) -> Bound:
    """Read a limit in the type of its column; dates are ISO whatever the column's own format."""
    try:
        if kind in ("integer", "number"):
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise ValueError
            if kind == "integer" and not -(2**63) <= value < 2**63:
                raise ValueError
            return value
        moment = dt.datetime.fromisoformat(str(value))
        if kind == "date":
            return moment.date()
        # Values with an offset are read in UTC and lose it, so limits must too.
        return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        article, example = ("an" if kind == "integer" else "a"), '"2020-12-31"'
        if kind in ("integer", "number"):
            example = "100, of at most 18 digits" if kind == "integer" else "0.5"
        raise SharedAnalysisError(f"The limit is not {article} {kind}.", where, f"write it as {example}") from None


def _read_quality(entry: SchemaProperty, kind: str, where: str, unchecked: list[str]) -> dict[str, Any]:
    """Take the quality rules that mean the same as a column rule here; the others are listed as not checked."""
    rules: dict[str, Any] = {}
    for rule in entry.quality or []:
        metric = rule.metric or rule.rule
        # Only "none at all" can be decided row by row: a share that may be exceeded says nothing about one row.
        strict = rule.mustBe == 0 and not isinstance(rule.mustBe, bool)
        arguments = rule.arguments or {}
        if strict and metric in _NO_VALUE_RULES and not arguments:
            rules[_NO_VALUE_RULES[metric]] = True
        elif strict and metric == "invalidValues" and set(arguments) == {"validValues"}:
            rules["allowed"] = _read_allowed(arguments["validValues"], kind, f"{where}, quality.validValues")
        else:
            unchecked.append(f"{entry.name}: {_quality_in_words(rule)}")
    # Version 3.2 of the standard lists allowed values under `enum`.
    listed = [item.value for item in getattr(entry, "enum", None) or []]
    if listed:
        rules["allowed"] = _read_allowed(listed, kind, f"{where}, enum")
    return rules


def _read_allowed(values: Any, kind: str, where: str) -> tuple[Value, ...]:
    types_of: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    right = types_of.get(kind)
    if right is None:
        raise SharedAnalysisError(f"A {kind} cannot have a list of allowed values.", where, "use minimum and maximum")
    if not isinstance(values, list):
        raise SharedAnalysisError("Allowed values are a list.", where, "write [one, two]")
    for value in values:
        if not isinstance(value, right) or (isinstance(value, bool) and kind != "boolean"):
            raise SharedAnalysisError(
                f"An allowed value is not a {kind}.",
                where,
                "put text between quotes: YAML reads yes, 01 and 1e5 as others",
            )
        if isinstance(value, str) and (not value or value != value.strip()):
            raise SharedAnalysisError("An allowed value is empty or has blanks around it.", where, "correct it")
    return tuple(dict.fromkeys(values))


def _quality_in_words(rule: Any) -> str:
    words = rule.name or rule.description or rule.metric or rule.rule or "unnamed"
    return f"quality rule '{words}' ({rule.type or 'library'})"


def _read_reference(entry: SchemaProperty, where: str) -> str | None:
    targets = [relationship.to for relationship in entry.relationships or []]
    if not targets:
        return None
    target = targets[0]
    if len(targets) > 1 or not isinstance(target, str):
        raise SharedAnalysisError("A column has one reference.", f"{where}, relationships", "keep one, as table.column")
    return target


def write_contract(contract: DataContract) -> str:
    """Write a contract as YAML, keys in the order of the standard, ``TODO`` where a person must decide."""
    document: dict[str, Any] = {
        "kind": "DataContract",
        "apiVersion": "v3.1.0",
        "id": contract.name,
        "name": contract.title or contract.name,
        "version": "1.0.0",
        "status": "draft",
        "servers": server_documents(contract.server, contract.query) or folder_documents(contract.folder),
        "dataProduct": contract.product or "TODO",
        "description": {"purpose": contract.purpose or "TODO"},
        "schema": [
            _without_empty(
                {
                    "name": contract.name,
                    "businessName": contract.title,
                    "description": contract.description,
                    "physicalType": "table",
                    "properties": [_column_document(column, contract.primary_key) for column in contract.columns],
                    "customProperties": [{"property": "reading", "value": contract.reading.to_mapping()}]
                    if contract.reading
                    else None,
                }
            )
        ],
    }
    return dump_yaml(_without_empty(document), width=110)


def _column_document(column: Column, key: tuple[str, ...]) -> dict[str, Any]:
    options = _without_empty(
        {
            "format": column.format,
            "minimum": _bound_text(column.minimum),
            "maximum": _bound_text(column.maximum),
            "pattern": column.pattern,
            "minLength": column.min_length,
            "maxLength": column.max_length,
        }
    )
    quality = {"type": "library", "metric": "invalidValues", "arguments": None, "mustBe": 0}
    custom = {
        "semanticRole": column.role,
        "purpose": column.purpose or "TODO",
        "numberFormat": column.number_format.document if column.number_format else None,
        "digitsOnly": column.digits,
        **{key: list(getattr(column, key)) for key in _MARKS},
    }
    return _without_empty(
        {
            "name": column.name,
            "logicalType": column.type,
            "description": column.description,
            "primaryKey": column.primary_key or None,
            "primaryKeyPosition": key.index(column.name) + 1 if column.primary_key else None,
            "required": column.required or None,
            "unique": column.unique or None,
            "classification": column.classification,
            "logicalTypeOptions": options,
            "quality": [{**quality, "arguments": {"validValues": list(column.allowed)}}] if column.allowed else None,
            "relationships": [{"to": column.references}] if column.references else None,
            "customProperties": [{"property": name, "value": value} for name, value in custom.items() if value],
        }
    )


def _bound_text(bound: Bound | None) -> Any:
    return bound.isoformat() if isinstance(bound, dt.date) else bound


def _without_empty(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value is not None and value != "" and value != {}}
