"""The pictures of a forecast: what is expected, and how well it worked before."""
