"""Which series add up to which, and forecasts that do."""
