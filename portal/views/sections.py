"""Sections that still have to open: a plain page for each says what will be there."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template

from portal import access
from portal.menu import FORGOT, SECTIONS, Section

blueprint = Blueprint("sections", __name__)


def _show(section: Section) -> str:
    return render_template("section.html", section=section)


for _section in SECTIONS:
    if _section.about:
        _view = partial(_show, _section)
        _view.audience = access.EVERYONE if _section is FORGOT else access.SUBSCRIBERS  # type: ignore[attr-defined]
        blueprint.add_url_rule(_section.path, _section.endpoint.partition(".")[2], _view)
