"""What the commit's hashes stand for, from the reviewer's cache or the remote; held to its hash before it is used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from shared_analysis.reproduce.compare import compare_files
from shared_analysis.reproduce.findings import Verdict, worst
from shared_analysis.reproduce.hashes import file_md5
from shared_analysis.reproduce.pipeline import Pipeline

_MOST = 8


class Kept:
    """Content by hash.

    Parameters
    ----------
    caches
        Folders of DVC's caches, read only.
    pipeline
        Fetches what none of them holds.
    """

    def __init__(self, caches: list[Path], pipeline: Pipeline) -> None:
        self._caches = caches
        self._pipeline = pipeline

    def find(self, digest: str, place: Path | None = None) -> tuple[Path | None, str]:
        """Find the file of a hash; fetch what ``place`` records if need be.

        Returns
        -------
        tuple
            The file, or None; and why not.
        """
        forged = False
        for fetched in (False, True):
            if fetched and (place is None or not self._pipeline.fetch([place])):
                break
            for cache in self._caches:
                path = cache / "files" / "md5" / digest[:2] / digest[2:]
                if path.is_file():
                    if file_md5(path) == digest.removesuffix(".dir"):
                        return path, ""
                    forged = True
        return None, "the cache holds other content under this hash" if forged else "its content is not to be had"

    def holds(self, digest: str) -> bool:
        """Say whether one of the caches has it, without asking the remote."""
        return self.find(digest)[0] is not None

    def restore(self, digest: str, place: Path) -> str:
        """Put an input where it belongs; return why that cannot be done, or nothing."""
        listing, why = self.find(digest, place)
        if listing is None:
            return why
        if not digest.endswith(".dir"):
            _copy(listing, place)
            return ""
        for entry in json.loads(listing.read_text(encoding="utf-8")):
            file, why = self.find(entry["md5"], place)
            if file is None:
                return why
            if not (place / entry["relpath"]).resolve().is_relative_to(place.resolve()):
                return "its listing names a file outside the folder"
            _copy(file, place / entry["relpath"])
        return ""

    def compare(self, digest: str, place: Path, tolerance: float) -> tuple[Verdict, list[str]]:
        """Compare what came out at a place with what the commit recorded there, file by file."""
        listing, why = self.find(digest, place)
        if listing is None:
            return Verdict.different, [f"other bytes; {why}, so no more can be said"]
        if digest.endswith(".dir") is not place.is_dir():
            return Verdict.different, ["a file in the place of a folder, or a folder in the place of a file"]
        if not digest.endswith(".dir"):
            return self._file(listing, place, tolerance)
        before = {entry["relpath"]: entry["md5"] for entry in json.loads(listing.read_text(encoding="utf-8"))}
        after = {path.relative_to(place).as_posix(): path for path in self._pipeline.files(place)}
        verdicts, reasons = [], []
        for name in sorted(set(before) | set(after)):
            if name not in after:
                verdict, said = Verdict.missing, ["did not come out"]
            elif name not in before:
                verdict, said = Verdict.different, ["is not among the committed files"]
            elif file_md5(after[name]) == before[name]:
                continue
            else:
                file, why = self.find(before[name], place)
                verdict, said = self._file(file, after[name], tolerance) if file else (Verdict.different, [why])
            verdicts.append(verdict)
            reasons += [f"{name}: {one}" for one in said]
        if len(reasons) > _MOST:
            reasons = [*reasons[:_MOST], f"and {len(reasons) - _MOST} more"]
        return worst(verdicts), reasons

    def _file(self, kept: Path, made: Path, tolerance: float) -> tuple[Verdict, list[str]]:
        """Compare two files; the cache's has no name of its own, so a copy gets the other's."""
        named = self._caches[-1].parent / "compared" / made.name
        _copy(kept, named)
        try:
            return compare_files(named, made, tolerance)
        finally:
            named.unlink()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
