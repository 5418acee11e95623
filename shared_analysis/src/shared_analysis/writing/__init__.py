"""The one way in which files are written, copied, moved and deleted: within one folder, whole, and through no link."""

from shared_analysis.writing.names import plain_parts
from shared_analysis.writing.opened_folder import MARKER, LeadsOut
from shared_analysis.writing.write import (
    copy_file,
    delete,
    make_folder,
    move,
    open_new,
    refuse_links,
    try_folder,
    unwritable,
    write_file,
    write_files,
)

__all__ = [
    "MARKER",
    "LeadsOut",
    "copy_file",
    "delete",
    "make_folder",
    "move",
    "open_new",
    "plain_parts",
    "refuse_links",
    "try_folder",
    "unwritable",
    "write_file",
    "write_files",
]
