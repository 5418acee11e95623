"""Pairs that people have checked: read, learnt from, and used to say how good the links are."""
