"""Checking a table against its contract: rule by rule, and table by table where one refers to another."""
