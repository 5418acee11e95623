"""What the columns of a table are called: clearly, cryptically, not at all, or otherwise in each of two tables."""

from __future__ import annotations

from benchmarks.worlds.world import Naming

CLEAR = {
    "id": ("record_id", "unique_id"),
    "given_name": ("first_name", "forename"),
    "middle_name": ("middle_name", "middle_names"),
    "surname": ("surname", "last_name"),
    "full_name": ("full_name", "client_name"),
    "dob": ("date_of_birth", "birth_date"),
    "sex": ("sex", "gender"),
    "phone": ("phone", "contact_number"),
    "email": ("email", "email_address"),
    "nhs_number": ("nhs_number", "nhs_no"),
    "occupation": ("occupation", "job"),
    "birth_place": ("birth_place", "born_in"),
    "ethnic_group": ("ethnic_group", "ethnicity"),
    "address": ("address", "home_address"),
    "number": ("house_number", "house_no"),
    "street": ("street", "road"),
    "town": ("town", "post_town"),
    "postcode": ("postcode", "post_code"),
    "uprn": ("uprn", "property_reference"),
    "name": ("name", "organisation_name"),
    "company": ("company", "organisation"),
    "category": ("category", "type"),
    "holder": ("licence_holder", "licensee"),
    "start": ("licence_start", "valid_from"),
    "end": ("licence_end", "valid_to"),
    "rooms": ("rooms", "number_of_rooms"),
    "manager": ("manager", "contact_name"),
    "head": ("head_teacher", "headteacher"),
    "pupils": ("pupils", "number_on_roll"),
    "tenure": ("tenure", "tenure_type"),
    "band": ("council_tax_band", "band"),
    "landlord": ("landlord", "landlord_name"),
    "title": ("title", "name"),
    "authors": ("authors", "author"),
    "venue": ("venue", "published_in"),
    "year": ("year", "year_published"),
    "pages": ("pages", "page_range"),
    "maker": ("manufacturer", "brand"),
    "model": ("model", "model_number"),
    "description": ("description", "details"),
    "price": ("price", "list_price"),
    "happened": ("incident_date", "date"),
    "event": ("incident_type", "kind"),
}
"""The column in the first table and, where tables are named differently, in the second."""


def headings(columns: list[str], naming: Naming, table: int) -> dict[str, str]:
    """Name the columns of one table.

    Parameters
    ----------
    columns
        As the makers call them, ``id`` first.
    naming
        ``absent`` numbers them, as a spreadsheet without headings does, but for the id, which was added later;
        ``headless`` numbers that too. ``cryptic`` is by letter.
    table
        0 or 1.
    """
    if naming in ("absent", "headless"):
        numbered = {column: f"Column{number}" for number, column in enumerate(columns, 1)}
        return numbered | ({"id": "id"} if naming == "absent" else {})
    if naming == "cryptic":
        return {column: "ref" if column == "id" else f"col_{chr(96 + at)}" for at, column in enumerate(columns)}
    return {column: CLEAR[column][table if naming == "differing" else 0] for column in columns}
