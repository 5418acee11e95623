"""Analysis shared by collaborative public-sector data projects.

Import the room you need (``from shared_analysis.linkage import link``); importing the package itself loads nothing,
so that each notebook pays only for what it uses.
"""

__version__ = "0.2.0.dev0"
