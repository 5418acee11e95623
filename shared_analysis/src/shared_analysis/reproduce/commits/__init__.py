"""Two commits of a project, side by side."""
