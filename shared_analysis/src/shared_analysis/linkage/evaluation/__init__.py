"""How good a linkage is: against known answers, by capture and recapture, and by who is linked less often."""
