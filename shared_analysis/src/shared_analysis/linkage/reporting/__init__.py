"""A linkage shown and said: charts, words, diagnostics, pairs to review, the evidence of one pair."""
