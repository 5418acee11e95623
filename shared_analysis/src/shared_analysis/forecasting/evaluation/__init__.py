"""How good a forecast is: back-tests, conformal intervals, skill, and the tables of all three."""
