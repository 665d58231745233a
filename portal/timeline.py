"""What a page shows of a case's course: steps done, the one it is at, and those still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.moves import workflow_of

if TYPE_CHECKING:
    from datetime import datetime

    from portal.models import Case


@dataclass(frozen=True)
class Step:
    """One step. `state`: done, current, future or closed; `tone` whose turn it is; `note` what was written."""

    label: str
    state: str
    tone: str
    at: datetime | None = None
    note: str | None = None
    who: str = ""
    says: str = ""


def steps(case: Case) -> list[Step]:
    """List the steps of a case in order of time."""
    workflow = workflow_of(case)
    entries = [entry for entry in case.entries if entry.to_status]
    done = []
    for entry in entries:
        status = workflow.status(entry.to_status or "")
        is_last = entry is entries[-1]
        state = "done" if not is_last else "current" if workflow.is_open(status.code) else "closed"
        done.append(
            Step(status.label, state, status.tone, entry.at, entry.note, entry.actor, status.says if is_last else "")
        )
    return done + [Step(workflow.status(code).label, "future", workflow.status(code).tone) for code in _ahead(case)]


def stage(case: Case) -> tuple[int, int]:
    """Say how far a case is on its usual way: (stage it is at, stages in all), counted from one."""
    path = workflow_of(case).path
    return len(path) - len(_ahead(case)), len(path)


def _ahead(case: Case) -> tuple[str, ...]:
    workflow = workflow_of(case)
    if not workflow.is_open(case.status):
        return ()
    on_path = [entry.to_status for entry in case.entries if entry.to_status in workflow.path]
    return workflow.path[workflow.path.index(on_path[-1] or "") + 1 :]
