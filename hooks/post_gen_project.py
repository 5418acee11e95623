"""Put the new project under git, unless it is already inside a repository, and say what to do next.

cookiecutter fills the answers in and runs this file alone, so it uses the standard library only. No network, no clock.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")
PROJECT = Path.cwd()
# Windows opens paths of 259 characters. The longest in a project is one that its environment brings or one in DVC's
# memory of runs; a test measures both.
LONGEST_WINDOWS = 259
DEEPEST = 161
SYNCED = (
    ("OneDrive", "onedrive( - .*|-.*)?"),
    ("Dropbox", "dropbox( \\(.*\\)|-.*)?"),
    ("Google Drive", "google ?drive(-.*)?|my drive"),
    ("iCloud", "icloud ?drive|mobile documents|com~apple~clouddocs"),
    ("a cloud service", "cloudstorage"),
)


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")
    windows = os.name == "nt"
    note = name_the_template() + start_repository() + synced(PROJECT, os.environ) + too_long(PROJECT, windows)
    own = (PROJECT / ".git").exists()
    lock = ANSWERS["__s3_requirements"] or ANSWERS["__azure_requirements"] or ANSWERS["__ssh_requirements"]
    print("\nYour project is in " + str(PROJECT) + "\n" + note + "\nNext:\n")
    for command in (
        'cd "' + str(PROJECT) + '"',
        "python -m venv .venv",
        r".venv\Scripts\Activate.ps1" if windows else "source .venv/bin/activate",
        "python -m pip install -r requirements.txt",
        *(["python -m pip install -r " + lock] if lock else []),
        "dvc repro",
        *nameless(),
        *(["pre-commit install"] if own else []),
        "git add .",
        'git commit -m "Start the project"',
    ):
        print("    " + command)
    print("\nThen open reports/index.html. README.md says the rest, and what each step costs.")


def start_repository() -> str:
    """Run git init; a project is whole without it, so nothing here may fail it."""
    for folder in (PROJECT, *PROJECT.parents):
        if (folder / ".git").exists():
            return inside(folder)
    missing = "There is no git repository yet. DVC needs one: install git, then run this in the project: git init\n"
    git = shutil.which("git")
    if git is None:
        return missing
    for command in (["init", "--quiet"], ["symbolic-ref", "HEAD", "refs/heads/main"]):
        if run_git(git, *command) is None:
            return missing
    return ""


def run_git(git: str, *command: str):
    """Return what git says; None if it fails."""
    # Called from one of git's own hooks, these would point to somebody else's repository.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run([git, *command], cwd=PROJECT, env=surroundings, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def nameless():
    """Say how to tell git who you are, where it does not know: it refuses to commit without."""
    git = shutil.which("git")
    if git is None:
        return
    for name, example in (("user.name", '"Your Name"'), ("user.email", "you@example.org")):
        if not (run_git(git, "config", "--get", name) or b"").strip():
            yield "git config --global " + name + " " + example


def synced(project: Path, variables) -> str:
    """Warn of a folder that a cloud service copies."""
    services = [name for part in project.parts[:-1] for name, marks in SYNCED if re.fullmatch(marks, part.lower())]
    for variable in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        folder = variables.get(variable)
        if folder and Path(folder) in project.parents:
            services.append("OneDrive")
    if not services:
        return ""
    return (
        "This folder is copied to the cloud by "
        + services[0]
        + ". Your data would be copied with it, and files that are\n"
        "being copied can stop a run. Make the project in a folder that is not, such as "
        + ("C:\\Projects" if os.name == "nt" else "~/projects")
        + ".\n"
    )


def too_long(project: Path, windows: bool) -> str:
    """Warn where Windows could not open the longest path that the project will have."""
    paths = [len(str(path.relative_to(project))) for path in project.rglob("*")]
    longest = len(str(project)) + 1 + max([DEEPEST, *paths])
    if not windows or longest <= LONGEST_WINDOWS:
        return ""
    return (
        "This folder's path is too long for Windows: files in the project would have paths of up to "
        + str(longest)
        + "\n"
        "characters, and "
        + str(LONGEST_WINDOWS)
        + " are the most. Installing packages would fail. Make the project in a "
        "folder whose path\nhas " + str(longest - LONGEST_WINDOWS) + " characters fewer, such as C:\\Projects.\n"
    )


def inside(repository: Path) -> str:
    """Say what a project inside another repository lacks."""
    if repository == PROJECT:
        return ""
    config = (PROJECT / ".pre-commit-config.yaml").relative_to(repository).as_posix()
    return (
        "It is inside a git repository already, so it has none of its own:\n    " + str(repository) + "\n"
        "The checks before a commit and on the server are looked for in that folder only, so here they do nothing.\n"
        "Simplest: make the project outside that folder. If it must stay inside, run in that folder\n"
        '    pre-commit install --config "' + config + '"\n'
        "and take the steps of .github/workflows/ci.yml or azure-pipelines.yml over into that repository's own.\n"
    )


def name_the_template() -> str:
    """Write the template's full path into the answers: from inside the project a relative one leads nowhere."""
    given = str(ANSWERS.get("_template") or "")
    found = str(ANSWERS.get("_repo_dir") or "")
    if not given or Path(given).is_absolute() or ":" in given:
        return ""
    if found != given and Path(found).is_absolute():
        full = Path(found)  # among the templates that cookiecutter keeps
    elif Path(given) == Path():
        full = None  # made from inside the template by who works on it: one computer's path is of no use to others
    else:
        full = full_path(given)
    if full is None:
        return (
            "Before you use shared-analysis update, write the address or the full path of the template after\n"
            "_src_path in .copier-answers.yml: it was given as " + given + "\n"
        )
    answers = PROJECT / ".copier-answers.yml"
    old = '_src_path: "' + given.replace("\\", "\\\\").replace('"', '\\"') + '"\n'
    text = answers.read_text(encoding="utf-8").replace(
        old, "_src_path: " + json.dumps(str(full), ensure_ascii=False) + "\n"
    )
    answers.write_text(text, encoding="utf-8", newline="\n")
    return ""


def full_path(given: str):
    """Find the folder that cookiecutter was started in: it tells a hook only where the project goes."""
    output = Path(ANSWERS.get("_output_dir") or PROJECT.parent)
    shell = [Path(os.environ["PWD"])] if "PWD" in os.environ else []
    for start in (*shell, output, *output.parents):
        if (start / given / "copier.yml").is_file() and (start / given / "cookiecutter.json").is_file():
            return (start / given).resolve()
    return None


if __name__ == "__main__":
    main()
