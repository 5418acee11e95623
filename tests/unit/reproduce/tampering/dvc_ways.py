"""Honest projects that use what DVC offers: every way to write stages, parameters and outputs, and to keep inputs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared_analysis.reproduce import Verdict
from tests.unit.reproduce.small_project import commit, dvc, edit, replace, repro, text, write
from tests.unit.reproduce.tampering.case import Case

PUT = """\
import pathlib, sys
path = pathlib.Path(sys.argv[1])
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(" ".join(sys.argv[2:]) + "\\n", newline="\\n")
"""


def add(root: Path, name: str, cmd: Any, **entries: Any) -> None:
    """Add a stage that runs ``code/put.py FILE WORDS``, or another command."""
    write(root, "code/put.py", PUT)
    entries = {"cmd": cmd, "deps": ["code/put.py"], **entries}
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update({name: entries}))


def stages_of_lists_and_mappings(root: Path) -> None:
    replace(root, "params.yaml", "seed: 1", "seed: 1\n  areas: [E01, E02]")
    each = {"north": {"rows": 3, "deep": {"x": [1, 2]}}, "south": {"rows": 10, "deep": {"x": [3]}}}
    put = "python code/put.py"
    mapped = {"cmd": f"{put} many/${{key}}.txt ${{item.deep.x[0]}} ${{item.rows}}", "outs": ["many/${key}.txt"]}
    listed = {"cmd": f"{put} 'list/${{item}}.txt' '${{item}}'", "outs": ["list/${item}.txt"]}
    write(root, "code/put.py", PUT)
    stages: dict[str, Any] = {
        "mapped": {"foreach": each, "do": mapped},
        "listed": {"foreach": ["a", "b c", 1, True, 2.5], "do": listed},
        "named": {
            "foreach": "${make.areas}",
            "do": {**listed, "cmd": f"{put} area/${{item}} x", "outs": ["area/${item}"]},
        },
        "matrix": {
            "matrix": {"model": [{"name": "a", "n": 1}, {"name": "b", "n": 2}], "columns": [[1, 2], [3]]},
            "cmd": f"{put} grid/${{key}}.txt ${{item.model.name}} ${{item.columns[0]}}",
            "outs": ["grid/${key}.txt"],
        },
    }
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(stages))
    repro(root)


def values_of_several_files(root: Path) -> None:
    write(root, "conf/a.json", '{"out": {"dir": "filled"}}')
    write(root, "conf/b.toml", 'name = "n"\n[x]\ny = 1\n')
    write(root, "conf/c.py", "class K:\n    z = 3\nq = 'w'\n")
    write(root, "conf/own.yaml", "k: 5\n")
    values = ["conf/a.json", "conf/b.toml", "conf/c.py:q,K", {"more": {"v": 7}, "place": "conf"}]
    edit(root, "dvc.yaml", lambda all_: all_.update(vars=values))
    words = "${x.y} ${q} ${K.z} ${more.v} ${k} ${lv}"
    add(
        root,
        "fill",
        f"python ../code/put.py ../${{out.dir}}/${{name}}.txt {words} '\\${{HOME}}'",
        vars=["own.yaml", {"lv": 2}],
        wdir="${place}",
        deps=["../code/put.py"],
        outs=["../${out.dir}/${name}.txt"],
    )
    repro(root)


def command_of_a_mapping(root: Path) -> None:
    dvc("config", "parsing.bool", "boolean_optional", cwd=root)
    dvc("config", "parsing.list", "append", cwd=root)
    values = "{foo: foo, bar: 1, on: true, off: false, many: [1, 2, 'f o'], deep: {k: 3}}"
    replace(root, "params.yaml", "seed: 1", f"seed: 1\n  words: {values}")
    add(root, "fill", "python code/put.py filled.txt ${make.words}", params=["make.words"], outs=["filled.txt"])
    repro(root)


def flags_of_every_kind(root: Path) -> None:
    flags = {"persist": True, "desc": "x", "type": "model", "labels": ["l"], "meta": {"k": 1}, "push": False}
    about = {"desc": "d", "meta": {"a": [1, {"b": 2}]}, "always_changed": True}
    add(root, "flags", "python code/put.py filled.txt 1", outs=[{"filled.txt": flags}], **about)
    write(root, "params.yaml", text(root, "params.yaml"))
    repro(root)
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["flags"].update(frozen=True))


def outputs_that_git_keeps(root: Path) -> None:
    out, plot = {"kept": {"cache": False}}, {"shown.json": {"x": "x", "cache": False, "title": "t"}}
    put = ["python code/put.py kept/a/x.txt 1", "python code/put.py kept/y.txt 2"]
    add(root, "kept", [*put, "python code/put.py shown.json '[{\"x\": 1}]'"], outs=[out], plots=[plot])
    repro(root)


def outputs_of_nothing(root: Path) -> None:
    add(root, "empty", "mkdir -p empty/folder && : > empty/file", outs=["empty/folder", "empty/file"])
    edit(root, "dvc.yaml", lambda all_: all_["stages"].update(alone={"cmd": "echo nothing is read or made"}))
    repro(root)


def pipelines_that_read_each_other(root: Path) -> None:
    """Each writes into a folder of its own; the first one reads what the last one made."""
    write(root, "code/put.py", PUT)
    first = {"cmd": "python ../code/put.py a.txt 1", "deps": ["../code/put.py"], "outs": ["a.txt"]}
    second = {"wdir": "..", "cmd": "cp a/a.txt b/b.txt", "deps": ["a/a.txt"], "outs": ["b/b.txt"]}
    third = {"cmd": "cp ../b.txt c.txt", "deps": ["../b.txt"], "params": ["z"], "outs": ["c.txt"]}
    write(root, "a/dvc.yaml", json.dumps({"stages": {"v": first}}))
    write(root, "b/dvc.yaml", json.dumps({"stages": {"v": second}}))
    write(root, "b/deep/params.yaml", "z: 1\n")
    write(
        root,
        "b/deep/dvc.yaml",
        json.dumps({"stages": {"v": third}}),
    )
    add(root, "back", "cp b/deep/c.txt back.txt", deps=["b/deep/c.txt"], outs=["back.txt"])
    dvc("repro", "--all-pipelines", cwd=root)
    commit(root)


def pipelines_in_folders_alone(root: Path) -> None:
    for name in ("dvc.yaml", "dvc.lock"):
        (root / name).unlink()
    write(root, "code/put.py", PUT)
    stage = {"cmd": "python ../code/put.py a.txt 1", "deps": ["../code/put.py"], "outs": ["a.txt"]}
    write(root, "models/dvc.yaml", json.dumps({"stages": {"only": stage}}))
    dvc("repro", "--all-pipelines", cwd=root)
    commit(root)


def no_stage_makes_anything(root: Path) -> None:
    (root / "dvc.lock").unlink()
    write(root, "dvc.yaml", json.dumps({"stages": {"say": {"cmd": "echo x", "deps": ["code/make.py"]}}}))
    repro(root)


def with_parameters(root: Path, name: str, content: str, keys: list[str] | None) -> None:
    write(root, name, content)
    add(root, "v", "python code/put.py filled.txt 1", params=[{name: keys}], outs=["filled.txt"])
    repro(root)


def parameters_one_within_another(root: Path) -> None:
    with_parameters(root, "c.toml", '[a.b]\nc = [1, 2]\nd = "x"\nf = true\n', ["a.b.c", "a.b.d", "a"])


def parameters_of_a_list_by_number(root: Path) -> None:
    with_parameters(root, "c.yaml", "l: [1, {k: 2}]\n", ["l.1.k", "l.0", "l"])


def parameters_in_python(root: Path) -> None:
    code = "A = 1\nB = (1, 2)\nclass T:\n    x = (1,)\n    y = {'k': None}\n"
    with_parameters(root, "c.py", code, ["A", "B", "T", "T.x"])


def parameters_of_a_whole_file(root: Path) -> None:
    content = 'base: &b {x: 1, y: [2], "a.b": }\nm: {<<: *b, x: 5}\ne: {}\nw: |\n  a\n  b\nbig: 12345678901234567890\n'
    with_parameters(root, "c.yaml", content, None)


def parameters_that_a_stage_makes(root: Path) -> None:
    """They are not there when the pipeline is read; DVC runs the stage that makes them first."""
    add(root, "z", "python code/put.py tuned/best.json '{\"depth\": 3}'", outs=["tuned"])
    add(root, "a", "cp tuned/best.json filled.txt", params=[{"tuned/best.json": ["depth"]}], outs=["filled.txt"])
    repro(root)


def parameters_of_another_run(root: Path) -> None:
    parameters_that_a_stage_makes(root)
    edit(root, "dvc.lock", lambda lock: lock["stages"]["a"]["params"]["tuned/best.json"].update(depth=4))


def parameters_made_as_no_parameters(root: Path) -> None:
    parameters_that_a_stage_makes(root)
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["z"].update(cmd="mkdir tuned && echo '{{{' > tuned/best.json"))


def parameters_made_as_a_link(root: Path) -> None:
    """Nothing is said of what it leads to."""
    parameters_that_a_stage_makes(root)
    write(root.parent, "private.json", '{"depth": 55555}')
    link = f"mkdir tuned && ln -s {root.parent.as_posix()}/private.json tuned/best.json"
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["z"].update(cmd=link))


def parameters_made_as_a_pipe(root: Path) -> None:
    parameters_that_a_stage_makes(root)
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["z"].update(cmd="mkdir tuned && mkfifo tuned/best.json"))
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["a"].update(cmd="echo 1 > filled.txt"))


def parameters_that_dvc_keeps_changed(root: Path) -> None:
    parameters_that_dvc_keeps(root)
    write(root, "conf/kept.yaml", "k: 2\nmore: 3\n")
    dvc("add", "conf/kept.yaml", cwd=root)


def parameters_that_dvc_keeps(root: Path) -> None:
    write(root, "conf/kept.yaml", "k: 1\n")
    dvc("add", "conf/kept.yaml", cwd=root)
    add(root, "v", "cp conf/kept.yaml filled.txt", params=[{"conf/kept.yaml": ["k"]}], outs=["filled.txt"])
    repro(root)


def log_that_grows(root: Path) -> None:
    add(root, "log", "echo x >> reports/log.txt", outs=[{"reports/log.txt": {"persist": True}}])
    repro(root)
    dvc("repro", "--force", "--single-item", "log", cwd=root)
    commit(root)


def empty_folder_that_dvc_keeps(root: Path) -> None:
    (root / "data/raw/none").mkdir()
    dvc("add", "data/raw/none", cwd=root)
    add(root, "v", "ls data/raw/none > filled.txt", deps=["data/raw/none"], outs=["filled.txt"])
    repro(root)


def folder_that_was_empty(root: Path) -> None:
    (root / "code/none").mkdir()
    add(root, "v", "ls code/none > filled.txt", deps=["code/none"], outs=["filled.txt"])
    repro(root)


def table_outside_the_project(root: Path) -> None:
    (root.parent / "elsewhere.csv").write_text("x\n", encoding="utf-8")
    add(root, "v", "cp ../elsewhere.csv filled.txt", deps=["../elsewhere.csv"], outs=["filled.txt"])
    repro(root)


def tables_imported(root: Path) -> None:
    """One of a folder elsewhere, one of another project, one by a pointer in another folder."""
    write(root.parent, "elsewhere/t.csv", "a\n1\n")
    other = root.parent / "other"
    shutil.copytree(root, other, symlinks=True)
    dvc("import-url", str(root.parent / "elsewhere"), "data/raw/folder", cwd=root)
    dvc("import", str(other), "reports/metrics.json", "-o", "data/raw/m.json", cwd=root)
    write(root, "data/raw/z.csv", "1\n")
    dvc("add", "data/raw/z.csv", cwd=root)
    edit(root, "data/raw/z.csv.dvc", lambda pointer: pointer.update(wdir="../data/raw"))
    write(root, "meta/z.dvc", text(root, "data/raw/z.csv.dvc"))
    (root / "data/raw/z.csv.dvc").unlink()
    deps = ["data/raw/folder", "data/raw/m.json", "data/raw/z.csv"]
    add(root, "v", f"cat {deps[0]}/t.csv {deps[1]} {deps[2]} > filled.txt", deps=deps, outs=["filled.txt"])
    repro(root)


def cache_of_dvc_2(root: Path) -> None:
    """Its pointers do not say which hash they hold, and their contents lie in another folder of the cache."""
    edit(root, "dvc.yaml", lambda all_: all_["stages"]["table"]["deps"].__setitem__(1, "data/raw/factor.csv"))
    replace(root, "data/raw/factor.csv.dvc", "  hash: md5\n", "")
    cache = root / ".dvc" / "cache"
    for file in list((cache / "files" / "md5").glob("*/*")):
        (cache / file.parent.name).mkdir(exist_ok=True)
        shutil.copy(file, cache / file.parent.name / file.name)
    repro(root)
    shutil.rmtree(cache / "files")


def results_as_links_into_the_cache(root: Path) -> None:
    dvc("config", "cache.type", "symlink", cwd=root)
    dvc("config", "core.autostage", "true", cwd=root)
    dvc("checkout", "--relink", cwd=root)


def files_that_dvc_ignores(root: Path) -> None:
    write(root, "lib/.dvcignore", "*.log\n!keep.log\n/sub/\n")
    for name in ("a.log", "keep.log", "sub/x.txt", "x.txt"):
        write(root, f"lib/d/{name}", name)
    write(root, ".dvcignore", "*.tmp\n")
    add(
        root,
        "v",
        "mkdir -p filled && cat lib/d/x.txt > filled/x && echo $$ > filled/x.tmp",
        deps=["lib/d"],
        outs=["filled"],
    )
    repro(root)
    write(root, "lib/d/b.log", "not looked at")


def plot_of_an_input(root: Path) -> None:
    write(root, "code/areas.csv", "area,n\nE01,1\n")
    add(root, "v", "cp code/areas.csv filled.csv", deps=["code/areas.csv"], outs=["filled.csv"])
    edit(root, "dvc.yaml", lambda all_: all_.update(plots=[{"code/areas.csv": {"x": "area", "y": "n"}}, "filled.csv"]))
    repro(root)


OTHER_VALUE = "a parameter is not what it was when the results were made"
D, M, SAME = Verdict.different, Verdict.missing, Verdict.identical


def _same(*changes: Callable[[Path], None]) -> list[Case]:
    return [Case("harmless", change, SAME, "", "") for change in changes]


CASES = [
    *_same(
        stages_of_lists_and_mappings,
        values_of_several_files,
        command_of_a_mapping,
        flags_of_every_kind,
        outputs_that_git_keeps,
        outputs_of_nothing,
        pipelines_that_read_each_other,
        pipelines_in_folders_alone,
        parameters_one_within_another,
        parameters_of_a_list_by_number,
        parameters_in_python,
        parameters_of_a_whole_file,
        parameters_that_a_stage_makes,
        parameters_that_dvc_keeps,
        empty_folder_that_dvc_keeps,
        tables_imported,
        cache_of_dvc_2,
        files_that_dvc_ignores,
        plot_of_an_input,
    ),
    Case("harmless", results_as_links_into_the_cache, SAME, "", "", links=True),
    Case("accident", no_stage_makes_anything, None, "dvc.yaml", "No stage of this commit makes anything"),
    Case("accident", parameters_of_another_run, D, "tuned/best.json: depth", OTHER_VALUE),
    Case("accident", parameters_made_as_no_parameters, D, "tuned/best.json", "the parameters in it cannot be read"),
    Case("fraud", parameters_made_as_a_link, D, "tuned", "it is a link that leads out", links=True),
    Case("fraud", parameters_made_as_a_pipe, D, "tuned", "no file that can be read, such as a pipe", links=True),
    Case("accident", parameters_that_dvc_keeps_changed, D, "conf/kept.yaml: k", OTHER_VALUE, "read"),
    Case("accident", log_that_grows, D, "reports/log.txt", "DVC keeps it between runs"),
    Case("accident", folder_that_was_empty, M, "code/none", "git keeps no empty folders", "read"),
    Case("accident", table_outside_the_project, M, "../elsewhere.csv", "it lies outside the project", "read"),
]
