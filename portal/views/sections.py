"""Sections that still have to open: a plain page for each says what will be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from portal import access
from portal.menu import SECTIONS, Section

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint("sections", __name__)


def _page_of(section: Section) -> Callable[[], str]:
    def show() -> str:
        return render_template("section.html", section=section)

    return access.subscribers_only(show)


for _section in SECTIONS:
    if not _section.ready:
        blueprint.add_url_rule(_section.path, _section.endpoint.partition(".")[2], _page_of(_section))
