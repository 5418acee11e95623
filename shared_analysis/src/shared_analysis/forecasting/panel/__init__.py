"""From a table of events or counts to a panel of series, every period and gap of it decided."""
