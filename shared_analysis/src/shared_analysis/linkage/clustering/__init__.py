"""From scored pairs to entities, and the ids that they keep."""
