"""What figures are called that are no counts of their period, or no parts of one whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What such figures are called. Any of these words in the name of the column of counts is named: a notice does no harm.
# A kind of a column is refused for one, so there it stands alone or beside what it measures: Business rates and Mean
# Street are kinds like others.
_SHARES = r"per ?cent(age)?|pct|rate|proportion"
_EACH = r"per (head|capita|1?[0 ,]*000)"
_AVERAGES = r"average|mean|median"
_RUNNING = r"rolling|running|cumulative"
_LEVELS = r"balance|stock|caseload"
_SO_FAR = r"year.to.date|ytd"
_NUMBERS = r"\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|thirteen|fifty-two"
_SPANS = r"hour|day|week|month|quarter|year"
_PERSONS = r"person|pupil|patient|household|resident|visit|dwelling|bed"
_IN_A_NAME = re.compile(
    rf"\b({_SHARES}|{_EACH}|{_AVERAGES}|{_RUNNING}|{_LEVELS}|{_SO_FAR}|moving|to date|so far|ratio|index|outstanding"
    r"|headcount|thousands|000s|(month|quarter|year) end|at end|annuali[sz]ed|cum(ul)?|score|rating|(per)?centile"
    r"|since (the )?(start|launch|beginning)|utili[sz]ation|density|prevalence|length of stay"
    rf"|(days|minutes|hours|time) to|(response|wait|waiting|journey|handling) times?$|per ({_PERSONS}))\b|%"
)
_MONTHS = r"(jan|febr?|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
# How many there are at a moment, and sums over the last so many weeks.
_AT_A_MOMENT = re.compile(
    r"\bat (the )?(midnight|noon|midday|census|start|end|close|beginning|last day|\d+ ?(am|pm))\b"
    rf"|\bat (the )?({_SPANS})[ -]?(start|end)\b|\b(as )?(at|on) (the )?\d+(st|nd|rd|th)?( of)? {_MONTHS}\b"
    rf"|\b(as )?at {_MONTHS}\b|\bwaiting lists?\b|\ba?waiting\b(?! (times?|rooms?|areas?|restrictions?))|\bbacklog\b"
    r"|\bwork in progress\b|\b(live|open|active) (case|claim)s\b|\b(cases|claims) (open|live)\b"
    r"|\b(on|in) (the )?(roll|register|post|stock)\b|\b(population|membership|workforce|inventory)\b"
    rf"|\bsince (the )?{_MONTHS}\b|\b(on|in) (the )?(housing register|fleet|loan|force)\b|\bvacancies\b"
    r"|\bregistered patients\b"
    r"|\b(live|open|active) (tickets|applications|users|members|accounts|licences|enquiries|jobs|orders)\b"
    r"|\bin (hospital|care|custody|treatment|receipt|progress)\b|\b(under construction|on hand|claimant count)\b"
    r"|\b(unresolved|unallocated|undetermined|overdue|pending|beds)\b|\bstill (open|waiting)\b|\bpeople (on|claiming)\b"
    r"|^((number|no) of )?(members|subscribers|employees|claimants|prisoners|tenants|residents|foster carers)$"
    r"|\boccup(ied|ancy)\b|\blooked after\b|\bin temporary accommodation\b"
)
_OVER_THE_LAST = re.compile(
    rf"\b(last|past|previous|preceding|prior|latest|rolling) ({_NUMBERS})[ -]({_SPANS})s?\b"
    rf"|\b({_NUMBERS})[ -]({_SPANS})s? (to|ending|ended|sum|total|rolling)\b|\byear (ending|ended)\b"
    rf"|\b(year|quarter) to (the )?(end of )?{_MONTHS}\b"
    rf"|\b(in|over) the (last|past|previous) ({_SPANS})\b|\bin (the )?({_NUMBERS}) (week|month|quarter|year)s\b"
)
# What happens, and who comes, goes or stays a day, is counted on the day, whatever the list is called.
_OF_A_PERIOD = re.compile(
    r"\b(new|deaths|died|incidents|visits|assaults|calls|added|additions?|join(ed|ing|ers)|remov(ed|als?)|admi(tted|ssions?)|discharge[sd]?|left|leav(ing|ers)"
    r"|start(s|ed|ing)?|end(ed|ing)|ceas(ed|ing)|clos(ed|ures)|opened|enter(ed|ing)|days|nights)\b"
)
_KINDS = re.compile(
    rf"(?i)^({_SHARES}|%)( (of|per)\b.*| \(.*\))?$|\b({_EACH}|{_SO_FAR}|rate per)\b|\(%\)"
    rf"|^({_AVERAGES}) (wait|time|cost|length|days|age|number)\b|^({_RUNNING}) (total|sum|number|count)s?\b"
    rf"|^(opening|closing) ({_LEVELS})$|\bconfidence (interval|limit)s?\b|^(lower|upper) (ci|cl|limit|bound)s?$"
    r"|\b(non-?|un)?seasonally adjusted\b|^(denomin|numer)ator$|^of (which|whom)\b|\bof which\b"
)
# Headings, as words, that say what is measured or how: their kinds are no parts of a whole.
_HEADINGS = frozenset(
    {
        "measure", "measures", "metric", "indicator", "statistic", "stat", "variable", "var", "uom", "value type",
        "figure type", "data type", "measure type", "series type", "type of figure", "type of value",
        "adjustment type",
    }
)  # fmt: skip


# A length of time that rows are for: bare words are steps, and what runs on is the sum of several.
_STEPS = re.compile(
    r"(?i)(hour|da(y|il)|week|month|quarter|(financial |calendar )?year|annual)(ly|s|y)?( totals?| figures?)?|[dwmqya]"
)
_LENGTHS = re.compile(
    rf"(?i)((in|during|for) )?((the|this|single|latest|current|last|previous|full|whole|financial|calendar) )*"
    rf"(({_NUMBERS})[ -])?({_SPANS})(s|ly)?( period)?( totals?| figures?| only)?"
)
_RUNNING_LENGTHS = re.compile(
    rf"(?i)(rolling|moving|cumulative|running) .*\b({_SPANS}|annual)s?\b.*|(rolling|moving) (annual|total|sum)"
    rf"|(the )?(({_NUMBERS})[ -])?({_SPANS})s? (ending|ended|to date|to|rolling|rolling total|so far)( .*)?|ytd"
)
# Steps of one process, as what comes in and what becomes of it, and one thing counted in two ways, as visits and
# visitors: what is in one count is in the other, too.
_PROCESSES = tuple(
    (re.compile(comes), re.compile(becomes))
    for comes, becomes in (
        (
            r"appli(cations?|ed|cants?)|bids?|claims?",
            r"deci(sions?|ded)|determin(ations?|ed)|grant(s|ed)|approv(als?|ed)|award(s|ed)|refus(als?|ed)|issued",
        ),
        (r"contacts?", r"referr(als?|ed)|assess(ments?|ed)"),
        (r"referr(als?|ed)", r"assess(ments?|ed)|treat(ments?|ed)|accept(ances|ed)|discharge[sd]|starts|started"),
        (
            r"received|receipts|reported|reports|raised|logged|submitted|submissions|opened|registered|lodged|request(s|ed)",
            r"complet(ed|ions)|closed|closures|resol(ved|utions)|determined|processed|cleared|decided|dispos(ed|als)"
            r"|answered|fulfilled|responded|responses|actioned|concluded|finali[sz]ed|upheld|granted|approved|refused",
        ),
        (
            r"invit(ed|ations|es)|offer(s|ed)|book(ed|ings)|order(s|ed)|appointments",
            r"attend(ed|ances)|complet(ed|ions)|answered|screened|tested|taken up|take-?up|accept(ances|ed)"
            r"|deliver(ed|ies)",
        ),
        (
            r"start(s|ed)|enrol(led|ments)|commenc(ed|ements)",
            r"complet(ed|ions|ers)|achieve(d|ments|rs)|leavers|left|ended|finish(ed|ers)",
        ),
        (r"admi(ssions|tted)", r"discharge[sd]"),
        (r"arrest(s|ed)|charge[sd]|prosecut(ions|ed)|proceedings", r"convict(ions|ed)|sentence[sd]|convictions"),
        (r"issued", r"paid|payments|return(s|ed)|appeal(s|ed)|challenge[sd]"),
        (r"test(s|ed)", r"positives?( tests| results)?|tested positive"),
        (r"visits|attendances", r"visitors|attendees|patients"),
        (r"appointments|episodes|spells|admissions", r"patients|people|persons"),
        (r"offences|crimes", r"offenders|victims|arrests|suspects|charges|outcomes"),
        (r"collisions|crashes|accidents", r"casualties|vehicles|people|injuries|fatalities|killed"),
        (r"incidents|fires", r"casualties|injuries|fatalities|deaths|appliances|people"),
        (r"journeys|trips|bookings", r"passengers|guests|travellers"),
        (r"parcels|vouchers|meals", r"people|persons|adults|children|households|families"),
        (r"suspensions|exclusions", r"pupils|children|days|sessions"),
        (
            r"cases|claims|applications|requests|referrals",
            r"people|persons|patients|clients|claimants|applicants|children",
        ),
        (r"births", r"mothers|maternities|deliveries"),
        (r"cases|infections", r"deaths|hospitali[sz]ations|admissions"),
    )
)
_NOT_YET = re.compile(
    r"outstanding|pending|withdr(awn|awals)|abandoned|cancel(led|lations)|in progress|carried forward"
)
_FILLING = re.compile(
    r"^(the )?(total |number of |no\.? of |count of )*(new )?| (in|during) (the )?(month|quarter|year|week|period)$"
    r"| (made|given|received|submitted|issued|completed|started)$"
)
# Under such a heading participles are states that each case has one of.
_STATES = re.compile(r"status|state|stage|outcome|result|progress|position|disposal|resolution")
# Under these what was asked about is named, not what was done.
_TOPICS = re.compile(r"reason|cause|topic|subject|enquir|quer(y|ies)|queue")
_A_STATE = re.compile(r".*(ed|id|wn|en|ing|progress|forward)")


def is_called_a_measure(column: str) -> bool:
    """Say whether the name of a column of counts is that of a rate, a level or a running total."""
    name = _words(column).replace("-", " ")
    if _IN_A_NAME.search(name) or _OVER_THE_LAST.search(name):
        return True
    return bool(_AT_A_MOMENT.search(name)) and not _OF_A_PERIOD.search(name)


def tells_measures_apart(column: str) -> bool:
    """Say whether the name of a column says that its kinds are different measures."""
    return " ".join(_words(column).split()) in _HEADINGS


def is_a_measure(kind: str) -> bool:
    """Say whether a kind of a column is another measure of what the other kinds are parts of."""
    return bool(_KINDS.search(kind))


def are_lengths_of_time(kinds: Sequence[str]) -> bool:
    """Say whether all kinds of a column are lengths of time, such as ``Monthly`` and ``Annual``."""
    return all(map(_is_length, kinds)) and any(map(_STEPS.fullmatch, kinds))


def run_on_over_lengths(kinds: Sequence[str]) -> bool:
    """Say whether all kinds are lengths of time, and one of them runs on: ``Quarter`` and ``12 months ending``."""
    running = [bool(_RUNNING_LENGTHS.fullmatch(kind)) for kind in kinds]
    return any(running) and all(runs or _is_length(kind) for runs, kind in zip(running, kinds, strict=True))


def find_steps_of_process(column: str, kinds: Sequence[str]) -> tuple[str, ...]:
    """Find the kinds that are steps of one process, as ``Applications`` and ``Decisions``.

    Parameters
    ----------
    column
        The name of the column.
    kinds
        Its kinds.

    Returns
    -------
    tuple of str
        What comes in and what becomes of it; nothing where only one of the two is there.
    """
    names = {kind: _words(kind).split() for kind in kinds}
    common = set.intersection(*map(set, names.values())) if names else set()
    short = {kind: " ".join(word for word in name if word not in common) for kind, name in names.items()}
    short = {kind: _FILLING.sub("", _FILLING.sub("", name)) for kind, name in short.items()}
    if _TOPICS.search(_words(column)):
        return ()
    states = bool(_STATES.search(_words(column)))
    for comes, becomes in _PROCESSES:
        came = [kind for kind in kinds if comes.fullmatch(short[kind])]
        went = [kind for kind in kinds if becomes.fullmatch(short[kind])]
        went += [kind for kind in kinds if _NOT_YET.fullmatch(short[kind])]
        steps = [kind for kind in kinds if kind in came or kind in went]
        if came and went and not (states and any(_A_STATE.fullmatch(short[kind]) for kind in steps)):
            return tuple(steps)
    return ()


def _is_length(kind: str) -> bool:
    return bool(_STEPS.fullmatch(kind) or _LENGTHS.fullmatch(kind))


def _words(name: str) -> str:
    """Write a name as words: ``value_type`` and ``ValueType`` are ``value type``."""
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").lower()
