"""«Сводка»: what waits, with a way to each of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_admin import AdminIndexView

from admin import queue
from admin.base import EVERYBODY, Guarded, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from admin.base import Screen

TONES: Mapping[str, str] = {"late": "late", "today": "yours", "failed": "late"}


@dataclass(frozen=True)
class Figure:
    """A number and where it leads; `tone` colours it when it is not zero."""

    label: str
    count: int
    href: str
    tone: str


class Summary(Guarded, AdminIndexView):
    """The first page of the panel: everybody sees the figures of what they may open."""

    roles = EVERYBODY

    def __init__(self, *screens: Screen) -> None:
        """Take the screens whose presets are counted."""
        AdminIndexView.__init__(self, name="Сводка", template="staff/summary.html", menu_icon_value="home")
        self.screens = screens

    @page("/")
    def index(self) -> str:
        """Count and show."""
        groups = [(screen.name, list(self._figures(screen))) for screen in self.screens if screen.is_accessible()]
        number = queue.first(queue.MINE) if self.may("staff_appeals.card") else None
        return str(self.render(self._template, groups=groups, number=number))

    def _figures(self, screen: Screen) -> Iterator[Figure]:
        for preset, count in screen.tabs():
            if preset.code == "all":
                continue
            href = self.get_url(f"{screen.endpoint}.index_view", preset=preset.code)
            yield Figure(preset.label, count, href, TONES.get(preset.code, "ours") if count else "closed")
