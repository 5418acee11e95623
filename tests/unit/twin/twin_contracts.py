"""Contracts as users write them: their own column names, codes and formats; only the roles are ours."""

from __future__ import annotations

from shared_analysis.contracts import Column, DataContract


def people(name: str, *more: Column, prefix: str = "") -> DataContract:
    return DataContract(
        name,
        (
            Column(f"{prefix}ref", "string", required=True, unique=True, primary_key=True, role="record_id"),
            Column(f"{prefix}forename", "string", role="given_name"),
            Column(f"{prefix}surname", "string", role="family_name"),
            Column(f"{prefix}birthday", "date", role="date_of_birth"),
            Column(f"{prefix}gender", "string", allowed=("F", "M"), role="sex"),
            Column(f"{prefix}home", "string", role="address"),
            Column(f"{prefix}pcd", "string", role="postcode"),
            Column(f"{prefix}tel", "string", role="phone"),
            Column(f"{prefix}nhs", "string", role="nhs_number"),
            Column(f"{prefix}mail", "string", role="email"),
            Column(f"{prefix}borough", "string", required=True, pattern="^E09[0-9]{6}$", role="area_code"),
            Column(f"{prefix}opened", "date", required=True, role="event_date"),
            *more,
        ),
    )


def visits(*more: Column) -> DataContract:
    return DataContract(
        "visits",
        (
            Column("visit", "string", required=True, unique=True, primary_key=True, role="record_id"),
            Column("service", "string", required=True, allowed=("clinic", "shelter"), role="source"),
            Column("client", "string", required=True, role="linked_record_id"),
            Column("seen_on", "date", required=True, role="event_date"),
            Column("borough", "string", required=True, role="area_code"),
            Column("reason", "string", required=True, allowed=("food", "bed", "talk"), role="category"),
            *more,
        ),
    )


def usual() -> dict[str, DataContract]:
    return {
        "clinic": people("clinic"),
        "shelter": people("shelter", prefix="s_"),
        "visits": visits(),
        "monthly": DataContract(
            "monthly",
            (
                Column("month", "date", required=True, primary_key=True, role="period"),
                Column("area", "string", required=True, primary_key=True, role="area_code"),
                Column("need", "string", required=True, primary_key=True, allowed=("housing", "food"), role="category"),
                Column("number", "integer", required=True, minimum=0, role="count"),
            ),
        ),
    }
