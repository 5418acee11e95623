"""List a release in the package, by the hashes of its wheel: ``python -m tools.releases v0.2.0``, after it is tagged.

The wheel is taken from the tagged commit, and from nowhere else. What is printed goes on the page of the release.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import yaml
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from shared_analysis.integrity import Release, known_releases, wheel_contents
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.integrity.releases import RELEASES
from tools import ROOT, VENDOR


def main() -> None:
    """List one release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tag", help="the tag of the release, such as v0.2.0")
    release = released(parser.parse_args().tag)
    write(release)
    print(f"shared-analysis {release.version}")
    print(f"SHA-256 of the wheel                  {release.wheel}")
    print(f"SHA-256 over the list of its files    {release.content}")


def released(tag: str, root: Path = ROOT) -> Release:
    """Read the wheel of a tagged commit.

    Raises
    ------
    SystemExit
        If there is not one wheel in it, or it is not a release.
    """
    vendor = f"{VENDOR.relative_to(ROOT).as_posix()}/"
    listed = _git("ls-tree", "--name-only", "-z", f"refs/tags/{tag}", "--", vendor, root=root).decode().split("\0")
    names = [name for name in listed if name.endswith(".whl")]
    if len(names) != 1:
        raise SystemExit(f"The commit of {tag} has {len(names)} wheels in {vendor}, and not one.")
    name = names[0].rsplit("/", 1)[-1]
    version = parse_wheel_filename(name)[1]
    if version.is_devrelease or tag != f"v{version}":
        raise SystemExit(f"{tag} is not the tag of a release: its wheel is {name}.")
    with tempfile.TemporaryDirectory() as scratch:
        wheel = Path(scratch) / name
        wheel.write_bytes(_git("show", f"refs/tags/{tag}:{names[0]}", root=root))
        return Release(str(version), file_sha256(wheel), wheel_contents(wheel).digest)


def write(release: Release, path: Path = RELEASES) -> None:
    """Add a release to a list.

    Raises
    ------
    SystemExit
        If the list has it with other hashes: a release is built once.
    """
    known = {one.version: one for one in known_releases(path)}
    if known.setdefault(release.version, release) != release:
        raise SystemExit(f"{release.version} is listed with other hashes, and a release is built once.")
    ordered = sorted(known.values(), key=lambda one: Version(one.version))
    path.write_text(_text(ordered, path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def _text(releases: list[Release], before: str) -> str:
    head = "".join(f"{line}\n" for line in before.splitlines() if line.startswith("#"))
    return head + yaml.safe_dump({"releases": [vars(release) for release in releases]}, sort_keys=False)


def _git(*arguments: str, root: Path) -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
