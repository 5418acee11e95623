"""Parting a heading into words: run-together words, the abbreviations of council systems, ``sex of tenant``."""

from __future__ import annotations

import re
from functools import lru_cache

from shared_analysis.contracts.headings import vocabulary
from shared_analysis.contracts.headings.vocabulary import snake, words

_LONG_FORMS = {
    "1": "one",
    "2": "two",
    "3": "three",
    "account": "acc acct",
    "address": "add addr addrs adr adrs",
    "alternative": "alt",
    "applicant": "applcnt aplcnt applt",
    "borough": "boro bor",
    "child": "chld chd",
    "claimant": "clmt clmnt clmant",
    "client": "clnt cli",
    "code": "cd cde",
    "comments": "cmnt cmnts cmt cmts",
    "complainant": "complnt",
    "contact": "cntct ctct",
    "contractor": "contr cntrctr",
    "correspondence": "corr corres corresp",
    "customer": "cust cstmr",
    "date": "dt dte dat",
    "description": "desc descr descn dsc dscr",
    "district": "distr",
    "email": "eml emailaddr",
    "emergency": "emerg emrg emgcy",
    "ethnic": "eth ethn ethnc",
    "expiry": "exp expy",
    "father": "dad fthr",
    "first": "1st fst frst",
    "forename": "fname fornm frnm fstname fnm forenm",
    "gender": "gend gndr",
    "group": "grp",
    "guardian": "grdn gdn",
    "house": "hse",
    "identifier": "ident idnt",
    "insurance": "ins",
    "landlord": "llord lndlrd llrd",
    "last": "lst",
    "latest": "ltst",
    "licence": "lic",
    "line": "ln lne",
    "locality": "loclty",
    "manager": "mgr mngr mgmt",
    "member": "memb mbr",
    "middle": "mid",
    "modified": "modfd",
    "month": "mth mnth",
    "mother": "mum mthr",
    "name": "nm nme",
    "national": "nat natl",
    "number": "nbr nmbr numb",
    "officer": "off offr ofcr ofc",
    "organisation": "org orgn organization",
    "owner": "ownr",
    "partner": "ptnr prtnr",
    "patient": "pat pt ptnt",
    "payment": "pmt pymt",
    "perpetrator": "perp",
    "person": "pers prsn psn",
    "phone": "ph phn phne tph tphone",
    "population": "pop popn popln",
    "postcode": "pcode postcd pstcd pstcode pcd pocode",
    "premises": "prem prems",
    "previous": "prev prv",
    "property": "prop",
    "pupil": "pup",
    "quarter": "qtr qrtr",
    "reference": "refnum",
    "referrer": "refr",
    "region": "rgn",
    "representative": "rep reps",
    "registered": "regd",
    "remarks": "rmk rmks",
    "resident": "resdnt",
    "road": "rd",
    "school": "sch schl",
    "service user": "su",
    "service": "svc srvc serv",
    "social worker": "sw",
    "solicitor": "sol solr",
    "street": "str",
    "student": "stu stud stdnt",
    "supervisor": "supv supvr",
    "surname": "sname surnm snm lname lnm",
    "telephone": "tele telph",
    "tenancy": "ten",
    "tenant": "tnt tennt",
    "text": "txt",
    "town": "twn",
    "type": "typ",
    "updated": "upd updt",
    "ward": "wd wrd",
    "week": "wk",
    "worker": "wkr wrkr",
    "year": "yr",
}
ABBREVIATIONS = {short: long for long, shorts in _LONG_FORMS.items() for short in shorts.split()}
"""What each shortened word of a heading is short for."""

_SETS = [own for own in vars(vocabulary).values() if isinstance(own, frozenset)]
_SYNONYMS = (word for synonyms in vocabulary.SYNONYMS.values() for word in re.split("[ _]", synonyms) if word.isalpha())
_SPELLED = frozenset(_SYNONYMS).union(*_SETS)
_KNOWN = _SPELLED | set(ABBREVIATIONS) | set(_LONG_FORMS)
# What a run of letters may be cut into: whole words and, at its end, what identifiers and dates are shortened to.
_CUT = frozenset(word for word in _SPELLED | set(_LONG_FORMS) if len(word) > 3) | {"of"}
_CUT_LAST = words("no id nm cd dt ref dob date num on at tel")
_LEAST_CUT = 7
_LEAST_REST = 5
_FORMAT = re.compile(r"(?i)\([^)]*(/|yy)[^)]*\)")
_ACRONYM = re.compile(r"([A-Z]{2,})([a-z]{3,})")
# `Sex of main applicant` is the main applicant's sex; `Number of calls` is no call's number.
_OF_SOMETHING = words(
    "name names address postcode sex gender ethnicity surname forename area ward lsoa msoa oa borough district dob "
    "email telephone phone town birth"
)
_AT_THE_END = {"cat": "category", "label": "name"}
_SHORTEST_ALONE = 3
_PAIRS = {
    ("p", "code"): "postcode",
    ("post", "code"): "postcode",
    ("e", "mail"): "email",
    ("local", "auth"): "authority",
}


def _known_after_acronym(match: re.Match[str]) -> str:
    """Part ``SENtype`` before ``type``, and leave ``NHSNumber`` as it is."""
    return f"{match[1]} {match[2]}" if match[2] in _KNOWN else match[0]


def _cut(run: str) -> list[str] | None:
    """Cut a run of letters wholly into words that are known, the longest first."""
    for length in range(len(run) - 1, 1, -1):
        first, rest = run[:length], run[length:]
        if first in _CUT:
            if rest in _CUT or rest in _CUT_LAST:
                return [first, rest]
            if len(rest) >= _LEAST_REST and (more := _cut(rest)):
                return [first, *more]
    return None


def _written_out(part: str) -> list[str]:
    if part in ABBREVIATIONS:
        return ABBREVIATIONS[part].split()
    if part in _KNOWN:
        return [part]
    if (match := re.fullmatch("([a-z]{2,})([0-9])", part)) and (
        match[1] in ABBREVIATIONS or (len(match[1]) > 2 and match[1] in _KNOWN) or _cut(match[1])
    ):
        return [*_written_out(match[1]), match[2]]
    cut = _cut(part) if len(part) >= _LEAST_CUT else None
    return [word for piece in cut for word in _written_out(piece)] if cut else [part]


@lru_cache(maxsize=4096)
def parts_of(name: str) -> tuple[str, ...]:
    """Return the words of a heading, in small letters, written out and in the order of plain English.

    >>> parts_of("HOLDER_SNAME"), parts_of("emailaddress1"), parts_of("Sex of Main Applicant")
    (('holder', 'surname'), ('email', 'address', '1'), ('main', 'applicant', 'sex'))
    """
    apart = _ACRONYM.sub(_known_after_acronym, _FORMAT.sub("", name))
    if len(snake(apart)) < _SHORTEST_ALONE:
        return (snake(apart),)
    parts = [word for part in snake(apart).split("_") for word in _written_out(part)]
    # Systems that keep several addresses number them: `address1_line1` is the first line of the first.
    if parts[:2] == ["address", "1"] and parts[2:3] == ["line"]:
        parts.pop(1)
    for place in range(len(parts) - 1, 0, -1):
        if joined := _PAIRS.get((parts[place - 1], parts[place])):
            parts[place - 1 : place + 1] = [joined]
    if len(parts) > 1:
        parts[-1] = _AT_THE_END.get(parts[-1], parts[-1])
    last_of = len(parts) - 1 - parts[::-1].index("of") if "of" in parts else 0
    if last_of and parts[last_of - 1] in _OF_SOMETHING:
        parts = [*parts[last_of + 1 :], *parts[:last_of]]
    return tuple(parts)
