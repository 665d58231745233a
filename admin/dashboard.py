"""«Сводка»: what waits, with a way to each of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_admin import AdminIndexView

from admin.cases import CaseScreen
from admin.guard import EVERYBODY, Guarded, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from admin.base import Screen

TONES: Mapping[str, str] = {"late": "late", "today": "yours", "proposed": "yours", "failed": "late"}


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
        return str(self.render(self._template, groups=groups, starts=list(self._starts())))

    def _starts(self) -> Iterator[tuple[str, str]]:
        """Lead to the head of each queue that the clerk works on, as (words, address)."""
        for screen in self.screens:
            if isinstance(screen, CaseScreen) and screen.is_accessible():
                key = screen.queue.first(screen.queue.mine)
                case = screen.queue.found(key) if key is not None else None
                if case is not None:
                    yield f"{screen.name}: начать с № {case.number}", screen.card_of(screen.key_of(case))

    def _figures(self, screen: Screen) -> Iterator[Figure]:
        for preset, count in screen.tabs():
            if preset.code == "all":
                continue
            href = self.get_url(f"{screen.endpoint}.index_view", preset=preset.code)
            yield Figure(preset.label, count, href, TONES.get(preset.code, "ours") if count else "closed")
