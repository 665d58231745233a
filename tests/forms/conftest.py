"""A bare application for the figures: no database, no user, nothing but paper."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask

from forms.base import Figure

Fill = Callable[..., Any]


@pytest.fixture
def paper() -> Flask:
    app = Flask("paper")
    app.config.update(SECRET_KEY="only for these tests, 32 characters", WTF_CSRF_ENABLED=False, TESTING=True)
    app.config["PLACE_WORDS"] = ("voronezh", "вгэс")
    return app


@pytest.fixture
def opened(paper: Flask) -> Iterator[Fill]:
    """Return a function that opens a figure as a page would: `opened(AppealForm)`."""
    with ExitStack() as stack:

        def open_figure(figure: type[Figure], **settings: Any) -> Any:
            stack.enter_context(paper.test_request_context())
            return figure(**settings)

        yield open_figure


@pytest.fixture
def sent(paper: Flask) -> Iterator[Fill]:
    """Return a function that opens a figure as it comes back by POST: `sent(AppealForm, text="…")`.

    `obj` is the stored record that the page was opened with.
    """
    with ExitStack() as stack:

        def send_figure(figure: type[Figure], obj: Any = None, **said: Any) -> Any:
            data = {name: value for name, value in said.items() if value is not None}
            context = stack.enter_context(paper.test_request_context(method="POST", data=data))
            stack.callback(context.request.close)
            return figure(obj=obj)

        yield send_figure
