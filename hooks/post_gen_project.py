"""Put the new project under git, unless it is already inside a repository, and say what to do next.

cookiecutter fills the answers in and runs this file alone, so it uses the standard library only. No network, no clock.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")
PROJECT = Path.cwd()


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")
    note = start_repository()
    windows = os.name == "nt"
    lock = ANSWERS["__s3_requirements"] or ANSWERS["__azure_requirements"] or ANSWERS["__ssh_requirements"]
    print("\nYour project is in " + str(PROJECT) + "\n" + note + "\nNext:\n")
    for command in (
        'cd "' + str(PROJECT) + '"',
        "python -m venv .venv",
        r".venv\Scripts\Activate.ps1" if windows else "source .venv/bin/activate",
        "python -m pip install -r requirements.txt",
        *(["python -m pip install -r " + lock] if lock else []),
        "dvc repro",
        "git add .",
        'git commit -m "Start the project"',
    ):
        print("    " + command)
    print("\nThen open reports/index.html. README.md says the rest.")


def start_repository() -> str:
    """Run git init; a project is whole without it, so nothing here may fail it."""
    if any((folder / ".git").exists() for folder in (PROJECT, *PROJECT.parents)):
        return "It is inside a git repository already, so it has none of its own.\n"
    missing = "There is no git repository yet. DVC needs one: install git, then run this in the project: git init\n"
    git = shutil.which("git")
    if git is None:
        return missing
    # Called from one of git's own hooks, these would point to somebody else's repository.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for command in (["init", "--quiet"], ["symbolic-ref", "HEAD", "refs/heads/main"]):
        done = subprocess.run([git, *command], cwd=PROJECT, env=surroundings, capture_output=True, check=False)
        if done.returncode != 0:
            return missing
    return ""


if __name__ == "__main__":
    main()
