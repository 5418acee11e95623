"""Rebuild all that is derived, in order: version, pages of rules, skeletons, wheel, locks, managed files, example.

Run ``python -m tools.rebuild`` as the last commit of a change; never merge these files by hand. ``--upgrade`` also
moves the locks to the newest releases.
"""

from __future__ import annotations

import argparse

from tools import ROOT, architecture, example, lock, managed, skeletons, spec_pages, version, wheel


def main() -> None:
    """Run every step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="move the locks to the newest releases")
    upgrade = parser.parse_args().upgrade
    print(f"version  {version.refresh()}")
    architecture.refresh()
    spec_pages.refresh()
    print("pages    the floors and the rules by example")
    skeletons.refresh()
    print("stages   the skeletons")
    print(f"wheel    {wheel.refresh().relative_to(ROOT)}")
    lock.refresh(upgrade=upgrade)
    print("locks    every requirements file")
    managed.refresh()
    print("managed  the list of files that the template keeps up to date")
    example.refresh()
    print("example  baked and run")


if __name__ == "__main__":
    main()
