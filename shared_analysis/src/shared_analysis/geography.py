"""London's 33 local authorities: GSS code, name, sub-region, and a square each on a map of tiles.

Codes and names: Office for National Statistics, Register of Geographic Codes (Open Government Licence v3.0).
Sub-regions: the London Plan 2021, Annex on sub-regions, which assigns every borough to one of five. The City of
London is not a borough in law; it counts as one here, as it does in the statistics.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

LONDON = "E12000007"
"""The code of London itself, as a region of England."""

_BOROUGHS = (
    ("E09000001", "City of London", "Central"),
    ("E09000002", "Barking and Dagenham", "East"),
    ("E09000003", "Barnet", "North"),
    ("E09000004", "Bexley", "East"),
    ("E09000005", "Brent", "West"),
    ("E09000006", "Bromley", "South"),
    ("E09000007", "Camden", "Central"),
    ("E09000008", "Croydon", "South"),
    ("E09000009", "Ealing", "West"),
    ("E09000010", "Enfield", "North"),
    ("E09000011", "Greenwich", "East"),
    ("E09000012", "Hackney", "East"),
    ("E09000013", "Hammersmith and Fulham", "West"),
    ("E09000014", "Haringey", "North"),
    ("E09000015", "Harrow", "West"),
    ("E09000016", "Havering", "East"),
    ("E09000017", "Hillingdon", "West"),
    ("E09000018", "Hounslow", "West"),
    ("E09000019", "Islington", "Central"),
    ("E09000020", "Kensington and Chelsea", "Central"),
    ("E09000021", "Kingston upon Thames", "South"),
    ("E09000022", "Lambeth", "Central"),
    ("E09000023", "Lewisham", "East"),
    ("E09000024", "Merton", "South"),
    ("E09000025", "Newham", "East"),
    ("E09000026", "Redbridge", "East"),
    ("E09000027", "Richmond upon Thames", "South"),
    ("E09000028", "Southwark", "Central"),
    ("E09000029", "Sutton", "South"),
    ("E09000030", "Tower Hamlets", "East"),
    ("E09000031", "Waltham Forest", "East"),
    ("E09000032", "Wandsworth", "South"),
    ("E09000033", "Westminster", "Central"),
)


def london_boroughs() -> pd.DataFrame:
    """Return the boroughs, one row each, by code.

    Returns
    -------
    DataFrame
        ``code`` (``E09000001`` to ``E09000033``), ``name``, ``sub_region`` (Central, East, North, South, West).
    """
    return pd.DataFrame(_BOROUGHS, columns=["code", "name", "sub_region"])


def area_names() -> dict[str, str]:
    """Return the name of every area whose code is known."""
    return {code: name for code, name, _ in _BOROUGHS}


# Our own: every borough beside as many of its neighbours as squares allow, and on the right side of them.
_TILES = (
    "... ... ... ENF ... ... ... ...",
    "... HRW BNT HRY ISL WAL RED ...",
    "HIL EAL BRE CAM CTY HAC NEW HAV",
    "HOU HAM KEN WES SOU TOW GRE BAR",
    "... RIC WAN MER LAM LEW BEX ...",
    "... ... KIN SUT CRO BRO ... ...",
)
# In the order of the codes.
_SHORT = (
    "CTY BAR BNT BEX BRE BRO CAM CRO EAL ENF GRE HAC HAM HRY HRW HAV HIL "
    "HOU ISL KEN KIN LAM LEW MER NEW RED RIC SOU SUT TOW WAL WAN WES"
)


@dataclass(frozen=True)
class Tile:
    """A borough's square on the tile map: ``column`` from the west, ``row`` from the north, and three letters."""

    code: str
    short: str
    column: int
    row: int


def london_tiles() -> tuple[Tile, ...]:
    """Return a square of equal size for every borough, so that the small ones can be seen: 8 columns, 6 rows."""
    codes = dict(zip(_SHORT.split(), (code for code, *_ in _BOROUGHS), strict=True))
    return tuple(
        Tile(codes[short], short, column, row)
        for row, line in enumerate(_TILES)
        for column, short in enumerate(line.split())
        if short in codes
    )
