"""Which roles a drafted contract gives the columns of public registers: a labelled list, and how many are right."""
