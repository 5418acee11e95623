"""Files as they come: invented, with the table that each one means."""
