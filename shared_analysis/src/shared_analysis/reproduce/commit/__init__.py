"""One commit in a clean place of its own: its pipeline, what its lock claims, and what its hashes stand for."""
