"""What figures are called: steps of one process, lengths of time, how many there are at a moment."""

from __future__ import annotations

import pytest
from forecasting_kinds import as_rows, draws, refusal, said

from shared_analysis.forecasting.panel.vocabulary import is_called_a_measure

PROCESSES = [
    ("Type", ["Applications", "Decisions", "Grants"]), ("Type", ["Applications received", "Applications granted"]),
    ("Stage", ["Referrals", "Assessments"]), ("Item", ["Received", "Completed", "Outstanding"]),
    ("Event", ["Opened", "Closed"]), ("Case type", ["Cases opened", "Cases closed"]),
    ("Kind", ["Reported", "Resolved"]),
    ("kind", ["Number of referrals", "Number of assessments completed"]), ("Type", ["Claims", "Awards"]),
    ("Activity", ["Requests", "Responses"]), ("Activity", ["Invited", "Attended"]),
    ("Call", ["Calls offered", "Calls answered"]),
    ("Flow", ["Starts", "Completions"]), ("Flow", ["Admissions", "Discharges"]),
    ("Step", ["Arrests", "Charges", "Convictions"]),
    ("Notice", ["Issued", "Paid", "Cancelled"]), ("Status", ["Applications", "Decisions"]),
    ("Step", ["Contacts", "Referrals"]),
    ("Type", ["Visits", "Visitors"]), ("Type", ["Collisions", "Casualties"]), ("Unit", ["Claims", "Claimants"]),
    ("Item", ["Parcels", "Adults", "Children"]), ("Type", ["Orders", "Deliveries"]),
    ("Type", ["New applications", "Approvals", "Withdrawals"]),
]  # fmt: skip
NO_PROCESS = [
    ("Status", ["Received", "In progress", "Completed"]), ("Status", ["Open", "Closed"]),
    ("Outcome", ["Granted", "Refused"]),
    ("Decision", ["Granted", "Refused", "Withdrawn"]), ("Outcome", ["Completed", "Withdrawn", "Started"]),
    ("Reason", ["Applications", "Decisions", "Payments"]), ("Type", ["New", "Renewal"]), ("Type", ["Births", "Deaths"]),
    ("Movement", ["Arrivals", "Departures"]), ("Type", ["Issues", "Renewals"]), ("Case status", ["Opened", "Closed"]),
    ("Type", ["Housing applications", "Planning decisions"]), ("Severity", ["Fatal", "Serious", "Slight"]),
    ("Queue", ["Referrals", "Assessments"]), ("Direction", ["Sent", "Received"]),
    ("Attendance", ["Attended", "Did not attend"]),
    ("Client", ["Adults", "Children", "Families"]), ("Permit", ["Visitors", "Residents"]),
    ("Group", ["Households", "People"]),
    ("Case type", ["Claims", "Appeals"]), ("Casework", ["Applications", "Appeals"]), ("Type", ["Issues", "Payments"]),
    ("Type", ["Applications", "Renewals"]), ("Grant", ["Grants", "Loans"]), ("Service", ["Assessment", "Enablement"]),
]  # fmt: skip


@pytest.mark.parametrize(("column", "kinds"), PROCESSES)
def test_steps_of_one_process_are_refused(column: str, kinds: list[str]) -> None:
    message = refusal(as_rows(dict(zip(kinds, draws(1, len(kinds)), strict=True)), column))
    assert f"Column {column} holds several measures" in message
    assert "steps of one process" in message


@pytest.mark.parametrize(("column", "kinds"), [each for each in PROCESSES if " " not in "".join(each[1])])
def test_steps_of_one_process_among_others_are_named(column: str, kinds: list[str]) -> None:
    kinds = [*kinds, "Enquiries"]
    words = said(as_rows(dict(zip(kinds, draws(1, len(kinds)), strict=True)), column))
    assert f"of column {column} may be steps of one process" in words


@pytest.mark.parametrize(("column", "kinds"), NO_PROCESS)
def test_kinds_that_are_no_steps_are_added_up(column: str, kinds: list[str]) -> None:
    assert said(as_rows(dict(zip(kinds, draws(2, len(kinds)), strict=True)), column)) == ""


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("Period covered", ["Quarter", "12 months ending"]), ("Basis", ["Quarter", "12 months ending"]),
        ("Basis", ["In month", "Rolling 12 months"]), ("kind", ["Monthly", "Rolling annual"]),
        ("Period", ["Month", "12 months"]),
        ("Length of period", ["Quarter", "Year"]), ("Type", ["Month", "Year to date"]),
        ("kind", ["Quarter ending", "Year ending"]),
        ("kind", ["3 months to", "Month"]), ("Window", ["1 week", "4 weeks rolling"]),
        ("kind", ["Single month", "Rolling year"]),
    ],
)  # fmt: skip
def test_rows_for_periods_of_different_lengths_are_refused(column: str, kinds: list[str]) -> None:
    message = refusal(as_rows(dict(zip(kinds, draws(3, len(kinds)), strict=True)), column))
    assert "different steps" in message or "several measures" in message


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("Waiting period", ["1 month", "2 months", "3 months"]), ("Tenancy period", ["6 months", "12 months"]),
        ("Ticket", ["Day", "Return", "Season"]), ("Shift", ["Day", "Night"]), ("Permit", ["Month", "Quarter", "Year"]),
        ("Last seen", ["Last month", "Last year"]), ("Route", ["Rolling programme", "One-off"]),
        ("Waited", ["1 week", "2 weeks"]),
    ],
)  # fmt: skip
def test_kinds_that_last_are_added_up(column: str, kinds: list[str]) -> None:
    assert said(as_rows(dict(zip(kinds, draws(4, len(kinds)), strict=True)), column)) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Children looked after at 31 March", "Beds occupied at midnight", "Waiting list", "patients_on_waiting_list",
        "Deaths in last four weeks", "Deaths in the last 28 days", "Offences 12 months to", "Open cases", "Live claims",
        "People waiting over 52 weeks", "Backlog of repairs", "Pupils on roll", "Staff in post", "Population",
        "Households in temporary accommodation", "Cases as at 1 April", "admissions_past_7_days",
        "Rolling 3-month total",
        "Year ending", "Cases open at the end of the month", "Bed occupancy", "LookedAfterAtMarch",
        "Awaiting assessment",
        "Visits, previous 12 months", "7 day sum", "Month-end caseworkers", "Beds", "Children in care",
        "Patients in hospital",
        "People on Universal Credit", "Claimant count", "Overdue repairs", "Employees", "Number of foster carers",
        "Offences since April", "Satisfaction score", "Time to answer", "Response time", "95th percentile",
    ],
)  # fmt: skip
def test_a_stock_or_a_rolling_sum_is_told_by_its_name(name: str) -> None:
    assert is_called_a_measure(name)
    assert "called like" in said(as_rows(dict(zip("AB", draws(5, 2), strict=True)), count=name))


@pytest.mark.parametrize(
    "name",
    [
        "Deaths", "Incidents", "New claims", "Additions to waiting list", "Removals from the waiting list", "Visits",
        "Occupied bed days", "Admissions to temporary accommodation", "Children starting to be looked after",
        "Starts in post",
        "Attendances", "Last known address changes", "Waiting time calls", "Open space visits", "Active travel trips",
        "Week ending", "Deaths in hospital", "Stocktakes", "Cases opened", "Registered births", "Marches",
        "Deaths in custody", "Incidents in care", "Deaths within 28 days", "Repeat visits", "Residents helped",
        "Beds filled days", "Time-limited orders",
        "Children who ceased to be looked after",
        "Parking waiting restrictions", "Four week programme joiners", "Months",
    ],
)  # fmt: skip
def test_a_flow_is_not_taken_for_one(name: str) -> None:
    assert not is_called_a_measure(name)
