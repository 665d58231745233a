# ruff: noqa: ANN401
"""Who may open which page of the panel; whatever nobody is named for stays shut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import current_app, url_for
from flask_admin import BaseView, expose
from flask_admin.actions import action

from portal import access
from portal.models import StaffRole

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

View = TypeVar("View", bound="Callable[..., Any]")
EVERYBODY = tuple(StaffRole)
WRITING = {"create_view", "edit_view", "delete_view", "action_view"}


def page(path: str, *methods: str) -> Callable[[View], View]:
    """Open a page of a screen under its path; by GET unless said."""
    return cast("Callable[[View], View]", expose(path, methods or ("GET",)))


def bulk(code: str, words: str, question: str) -> Callable[[View], View]:
    """Open something to do with the rows marked in a list; it asks first."""
    return cast("Callable[[View], View]", action(code, words, question))


class Guarded(BaseView):
    """A page or group of pages that says whom it is for: `roles` may look, `editors` may write, nobody unless said."""

    roles: tuple[StaffRole, ...] = ()
    editors: tuple[StaffRole, ...] = ()
    _urls: Any

    def open_pages(self, app: Flask) -> None:
        """Tell the guard whom each page is for; the generated ones that write are for editors."""
        for _, page, _ in self._urls:
            whom = self.editors if page in WRITING else self.roles
            if whom:
                access.open_endpoint(app, f"{self.endpoint}.{page}", access.staff_audience(*whom))

    def may(self, page: str) -> bool:
        """Whether whoever is signed in may open a page here («edit_view») or elsewhere («staff_appeals.index_view»)."""
        endpoint = page if "." in page else f"{self.endpoint}.{page}"
        whom = access.audience_of(current_app, endpoint)
        return whom is not None and whom.admits(access.visitor())

    def is_accessible(self) -> bool:
        """Whether whoever is signed in may come in: the menu shows nothing else."""
        return self.may(self._default_view)

    def get_url(self, endpoint: str, **kwargs: Any) -> str:
        """Build an address without the page size, which nobody can set."""
        kwargs.pop("page_size", None)
        return url_for(endpoint, **kwargs)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin would call again after a TypeError, and hide it.
        return fn(self, *args, **kwargs)
