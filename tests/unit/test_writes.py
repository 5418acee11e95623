"""Nothing in the shared package writes but through the room ``writing``, or for a reason that stands here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tools import ROOT

PACKAGE = ROOT / "shared_analysis" / "src" / "shared_analysis"

METHODS = {
    "write_text", "write_bytes", "touch", "mkdir", "rmdir", "unlink", "rename", "chmod", "lchmod", "symlink_to",
    "hardlink_to", "to_parquet", "to_excel", "to_pickle", "to_feather", "savefig", "extractall",
}  # fmt: skip
"""Methods by which a path, a table or a figure is written."""
FUNCTIONS = {
    "os": {"replace", "rename", "renames", "remove", "unlink", "rmdir", "removedirs", "mkdir", "makedirs", "link",
           "symlink", "chmod", "truncate", "utime", "open", "mkfifo"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "copymode", "copystat", "move", "rmtree", "unpack_archive"},
    "tempfile": {"mkdtemp", "mkstemp", "TemporaryFile", "TemporaryDirectory", "NamedTemporaryFile"},
}  # fmt: skip
WRITERS = {"ParquetWriter", "write_dataset", "write_feather", "write_csv", "ZipFile", "TarFile", "Workbook"}

PRIVATE = "in a folder for what is temporary, which the process has just made for itself"
ALLOWED = {
    "folders.py": "deletes, and looks at links first; `writing` stands on it",
    "writing/beside.py": "is the room",
    "writing/opened_folder.py": "is the room",
    "writing/write.py": "is the room",
    "room.py": "tries whether there is room, in a file without a name",
    "project/journal.py": "renames what it planned, in folders that were refused if a link was in the way",
    "project/together.py": "writes beside places that were refused if a link was in the way, and under no other name",
    "project/parameters_cell.py": "gives the file just written the mode that it had",
    "linkage/database.py": PRIVATE,
    "notebooks/run.py": f"{PRIVATE}; and takes away two folders of reports that are empty",
    "notebooks/kernel.py": PRIVATE,
    "sources/database/duckdb_file.py": PRIVATE,
    "sources/database/parquet_file.py": "writes into an open file that `writing` has made",
    "sources/spreadsheet.py": "reads, and writes to memory alone",
    "sources/read.py": "reads an archive",
    "integrity/installed.py": "reads an archive",
    "forecasting/reporting/workbook.py": "writes to memory alone",
    "reproduce/commit/workspace.py": "makes the work folder, refuses one that is a link, and empties its own",
    "reproduce/commit/checkout.py": "takes away git's own lock, of a run that was killed",
    "reproduce/judge/contents.py": "opens what is compared, to read it",
    "reproduce/commit/clone.py": "makes git's folders in the work folder, before any stage runs",
    "reproduce/commit/file_hashes.py": "touches a file of its own in the work folder, to read the disk's clock",
    "reproduce/commit/reach.py": "moves git's folders within the work folder, beside the copy",
    "reproduce/commit/tree.py": "moves within the work folder, and looks at links first",
    "reproduce/judge/rebuilt.py": "makes a folder in the work folder",
    "reproduce/register.py": PRIVATE,
    "reproduce/run/namespace.py": "makes what a stage sees, in a file system of its own",
    "reproduce/run/surroundings.py": "makes the empty folders of a stage, and takes a link away first",
    "reproduce/run/watch.py": "deletes compiled Python that a stage left, which it has found without following links",
    "reproduce/sealed/check.py": PRIVATE,
    "reproduce/sealed/signature.py": "writes a signature into a private folder that it is given",
    "git.py": "writes what git says into a file that the caller names, in the work folder",
    "integrity/contents.py": "reads an archive",
    "stages/working_copy.py": PRIVATE,
    "wheelhouse/wheel_build.py": f"{PRIVATE}; and the wheel where a maintainer asks for it",
    "wheelhouse/package_index.py": PRIVATE,
}


def writes(source: str) -> Iterator[str]:
    """Yield every call in a module by which a file or a folder is made, changed or deleted."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        owner = function.value if isinstance(function, ast.Attribute) else None
        module = owner.id if isinstance(owner, ast.Name) else ""
        called = f"{module}.{name}" if module in FUNCTIONS else name
        if name == "rename" and (node.keywords or not node.args or isinstance(node.args[0], ast.Constant)):
            continue  # a column of pandas
        if (
            (module in FUNCTIONS and name in FUNCTIONS[module])
            or (owner is not None and module not in FUNCTIONS and name in METHODS)
            or name in WRITERS
            or (name == "open" and module != "os" and _opens_to_write(node, method=owner is not None))
            or (name == "to_csv" and bool(node.args))
        ):
            yield f"{node.lineno}: {called}"


def _opens_to_write(node: ast.Call, *, method: bool) -> bool:
    modes = [*node.args[0 if method else 1 :][:1], *(key.value for key in node.keywords if key.arg == "mode")]
    return any(not isinstance(mode, ast.Constant) or bool(set("wax+") & set(str(mode.value))) for mode in modes[:1])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("path.write_text('a')", True),
        ("(root / 'a').write_bytes(b'')", True),
        ("open(path, 'w')", True),
        ("open(path, mode='ab')", True),
        ("path.open('r+')", True),
        ("path.open(mode)", True),
        ("path.open(encoding='utf-8')", False),
        ("open(path)", False),
        ("shutil.copytree(a, b)", True),
        ("os.replace(a, b)", True),
        ("text.replace('a', 'b')", False),
        ("frame.to_csv(path)", True),
        ("frame.to_csv(index=False)", False),
        ("frame.to_parquet(path)", True),
        ("frame.rename(columns=names)", False),
        ("series.rename('count')", False),
        ("part.rename(target)", True),
        ("pq.ParquetWriter(path, schema)", True),
        ("store.open(name)", True),
    ],
)
def test_a_write_is_told_from_what_is_none(source: str, found: bool) -> None:
    assert bool(list(writes(source))) is found


def test_nothing_writes_elsewhere() -> None:
    paths = {
        path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py") if "skeletons" not in path.parts
    }
    found = {name: list(writes(path.read_text(encoding="utf-8"))) for name, path in paths.items()}
    elsewhere = {name: calls for name, calls in found.items() if calls and name not in ALLOWED}
    assert elsewhere == {}


def test_every_exception_is_needed() -> None:
    idle = [name for name in ALLOWED if not list(writes((PACKAGE / name).read_text(encoding="utf-8")))]
    assert idle == []


def test_whoever_writes_in_a_private_folder_makes_one() -> None:
    for name, reason in ALLOWED.items():
        source = (PACKAGE / name).read_text(encoding="utf-8")
        if reason == PRIVATE and name not in ("notebooks/kernel.py", "wheelhouse/package_index.py"):  # given theirs
            assert "tempfile." in source, name
