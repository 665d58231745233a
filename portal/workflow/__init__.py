"""The workflows: statuses and moves as tables in plain Python.

Staff's screens, the subscriber's buttons, timelines, letters and clocks all read them; adding a move is one line in a
table (and a folder for its letter).
"""

from portal.workflow.appeal import APPEAL
from portal.workflow.connection import CONNECTION
from portal.workflow.service import SERVICE
from portal.workflow.table import (
    ALL,
    By,
    Move,
    Status,
    Tone,
    Verdicts,
    Workflow,
)

__all__ = [
    "ALL",
    "APPEAL",
    "CONNECTION",
    "SERVICE",
    "WORKFLOWS",
    "By",
    "Move",
    "Status",
    "Tone",
    "Verdicts",
    "Workflow",
    "kinds_for",
]

WORKFLOWS = {workflow.kind: workflow for workflow in (APPEAL, CONNECTION, SERVICE)}


def kinds_for(role: str) -> list[str]:
    """List the kinds of cases that a role of staff works with."""
    return [kind for kind, workflow in WORKFLOWS.items() if role in {"admin", *workflow.roles}]
