"""What Jupyter saves of a notebook: what a person wrote, and nothing of what a run left in it.

Every stage depends on its notebook, and the checks before a commit refuse outputs. A notebook that was run and saved
would run its stage again, although nobody changed anything; and JupyterLab saves by itself every two minutes. So when
Jupyter is started from a project's environment, it saves notebooks without outputs. They stay in the open tab.

The wheel enables this as an extension of Jupyter Server, by a file in the environment (``etc/jupyter``). Jupyter reads
no settings from the folder that it is started in, because a folder that somebody sent could then run code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEPT = ("scratch", "reports")
"""Folders of a project that git ignores: a notebook there may hold what came out of it."""
_RUN = ("execution", "ExecuteTime", "collapsed", "scrolled", "papermill", "widgets")
_PYTHON = ("kernelspec", "language_info")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.contents_manager.register_pre_save_hook(without_outputs)


def without_outputs(*, model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Take out of a notebook what running it put there; a hook that Jupyter Server calls before it saves.

    Parameters
    ----------
    model
        What is to be saved; changed in place.
    path
        Where, as Jupyter writes it: with slashes, from its own root.
    contents_manager
        Jupyter's; it knows the folder on disk.
    """
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    place = Path(contents_manager.root_dir, path.strip("/")).resolve()
    root = next((folder for folder in place.parents if (folder / "project.yaml").is_file()), None)
    if root is None or place.relative_to(root).parts[0] in KEPT:
        return
    content = model["content"]
    for cell in content.get("cells", []):
        for name in _RUN:
            cell.get("metadata", {}).pop(name, None)
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
    metadata = content.setdefault("metadata", {})
    for name in _RUN:
        metadata.pop(name, None)
    # Which Python it was is a matter of the run; what the file says of it stays.
    before = _metadata(place)
    for name in _PYTHON:
        if name in before:
            metadata[name] = before[name]
        elif before:
            metadata.pop(name, None)
    if not before and "name" in (language := metadata.get("language_info", {})):
        metadata["language_info"] = {"name": language["name"]}


def _metadata(place: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(place.read_text(encoding="utf-8"))["metadata"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return metadata if isinstance(metadata, dict) else {}
