"""The project record: why the project exists, who answers for it, and how far it has come.

``project.yaml`` follows the four parts of an outcomes-based method for data projects: outcome, action, data
product and data, each naming the one before it.
"""

from shared_analysis.record.gates import Gap, Gate, load_gates
from shared_analysis.record.model import NOT_NEEDED, SENSITIVITIES
from shared_analysis.record.project_record import ProjectRecord
from shared_analysis.record.reading import RECORD_FILE, closest, load_record, read_record
from shared_analysis.record.references import broken_references
from shared_analysis.record.source import Fault, Source, read_yaml
from shared_analysis.record.todo import is_todo
from shared_analysis.record.trace import Thread

__all__ = [
    "NOT_NEEDED",
    "RECORD_FILE",
    "SENSITIVITIES",
    "Fault",
    "Gap",
    "Gate",
    "ProjectRecord",
    "Source",
    "Thread",
    "broken_references",
    "closest",
    "is_todo",
    "load_gates",
    "load_record",
    "read_record",
    "read_yaml",
]
