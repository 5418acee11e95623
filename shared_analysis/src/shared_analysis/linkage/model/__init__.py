"""Which pairs are compared, on what levels, and what each agreement is worth."""
