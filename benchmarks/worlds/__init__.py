"""Many small worlds of records with known answers, each made from a seed: what linkage has never seen.

No world is tuned to what the package does: what its things are, how often their values occur and what goes wrong with
them is written from how such registers look. Every name, street and firm is invented.
"""
