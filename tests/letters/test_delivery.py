"""The outbox: a letter is sent once, tried again when it may help, given up with a reason when it does not."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import delete, func, select, update

from portal import clock, outbox
from portal.extensions import db
from portal.journal import Actor
from portal.models import JournalEntry, Letter
from portal.outbox import PAUSES, Delivery
from portal.transactions import transaction
from tests.support import people
from tests.support.certificates import self_signed
from tests.support.smtp import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


def letter() -> Letter:
    """Leave one letter in the outbox: that of an appeal."""
    case = people.appeal(people.subscriber())
    with transaction() as session:
        session.execute(delete(Letter).where(Letter.case_id.is_(None)))
    return db.session.scalars(select(Letter).where(Letter.case_id == case.id)).one()


def later(**by: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**by), tick=False)


def test_a_letter_is_sent_once_and_remembers_when(sender: Flask, post: Mailbox) -> None:
    waiting = letter()
    assert outbox.deliver() == Delivery(sent=1)
    assert outbox.deliver() == Delivery()
    assert [sent["To"] for sent in post.received] == [waiting.recipient]
    assert (waiting.state, waiting.attempts, waiting.error) == ("sent", 1, None)
    assert waiting.sent_at is not None
    assert clock.now() - waiting.sent_at < timedelta(minutes=1)


def test_a_letter_of_a_transaction_that_failed_does_not_exist(sender: Flask, post: Mailbox) -> None:
    author = people.subscriber()
    before = db.session.scalar(select(func.count()).select_from(Letter))
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(outbox.letter(name="x", recipient=author.email, subject="x", text="x", html="x"))
        raise RuntimeError
    assert db.session.scalar(select(func.count()).select_from(Letter)) == before


def test_a_refusal_for_now_is_tried_again_after_longer_and_longer_pauses_and_then_given_up(
    sender: Flask, post: Mailbox
) -> None:
    waiting = letter()
    post.answer = "451 4.3.2 Please try again later"
    waits = []
    with later() as now:
        for _ in PAUSES:
            assert outbox.deliver() == Delivery(postponed=1)
            assert waiting.error == "451 4.3.2 Please try again later"
            waits.append(waiting.due_at - clock.now())
            now.move_to(waiting.due_at - timedelta(seconds=1))
            assert outbox.deliver() == Delivery()
            now.move_to(waiting.due_at)
        assert outbox.deliver() == Delivery(failed=1)
        assert waits == sorted(waits)
        assert waits[0] == timedelta(minutes=1)
        assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=4)
        assert (waiting.state, waiting.attempts) == ("failed", len(PAUSES) + 1)
        now.shift(timedelta(days=30))
        assert outbox.deliver() == Delivery()
    assert {tried["Message-ID"] for tried in post.tried} == {post.tried[0]["Message-ID"]}
    assert len(post.tried) == len(PAUSES) + 1


def test_a_letter_that_arrives_at_the_second_try_is_the_same_letter(sender: Flask, post: Mailbox) -> None:
    waiting = letter()
    post.answer = "421 Busy"
    outbox.deliver()
    post.answer = "250 OK"
    with later(minutes=1):
        assert outbox.deliver() == Delivery(sent=1)
    assert (waiting.state, waiting.attempts, waiting.error) == ("sent", 2, None)
    first, second = post.tried
    for header in ("Message-ID", "Date", "Subject", "From", "To"):
        assert first[header] == second[header]


def test_a_refusal_for_good_is_given_up_at_once_with_the_servers_reason(sender: Flask, post: Mailbox) -> None:
    waiting = letter()
    post.answer = "554 5.7.1 Looks like spam"
    assert outbox.deliver() == Delivery(failed=1)
    assert (waiting.state, waiting.error) == ("failed", "554 5.7.1 Looks like spam")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 5.1.1 No such user here", Delivery(failed=1)), ("450 4.2.1 Greylisted", Delivery(postponed=1))],
)
def test_an_address_refused_is_given_up_or_tried_again_as_the_server_says(
    sender: Flask, post: Mailbox, answer: str, outcome: Delivery
) -> None:
    waiting = letter()
    post.unwanted[waiting.recipient] = answer
    assert outbox.deliver() == outcome
    assert waiting.error == answer


def test_a_line_that_drops_after_the_letter_postpones_it(sender: Flask, post: Mailbox) -> None:
    waiting = letter()
    post.hangs_up = True
    assert outbox.deliver() == Delivery(postponed=1)
    assert waiting.error
    assert "SMTPServerDisconnected" in waiting.error
    post.hangs_up = False
    with later(minutes=1):
        assert outbox.deliver() == Delivery(sent=1)
    assert post.tried[0]["Message-ID"] == post.tried[1]["Message-ID"]


def test_a_server_that_says_nothing_holds_a_letter_no_longer_than_its_patience(
    sender: Flask, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "TIMEOUT_S", 0.3)
    waiting = letter()
    post.pause_s = 1.0
    started = clock.now()
    assert outbox.deliver() == Delivery(postponed=1)
    assert clock.now() - started < timedelta(seconds=0.9)
    assert waiting.error
    assert "timed out" in waiting.error


def test_a_server_that_trickles_is_hung_up_on(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "DEADLINE_S", 0.5)

    def trickle() -> None:
        line, _ = server.accept()
        with line, suppress(OSError):
            for _ in range(100):  # ten seconds: each byte starts the time limit of a read anew
                line.sendall(b"2")
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        trickling = pool.submit(trickle)
        app = make_app(MAIL_SERVER="127.0.0.1", MAIL_PORT=str(server.getsockname()[1]))
        with app.app_context():
            letter()
            started = time.monotonic()
            assert outbox.deliver() == Delivery(postponed=1)
            assert time.monotonic() - started < 5
        trickling.result()


def test_no_letter_is_begun_that_could_outlast_its_lease(
    sender: Flask, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter()
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=outbox.DEADLINE_S))
    assert outbox.deliver() == Delivery()
    assert post.received == []


def test_a_silent_port_and_a_refused_connection_postpone_a_letter(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        with make_app(MAIL_SERVER="127.0.0.1", MAIL_PORT=port).app_context():
            waiting = letter()
            assert outbox.deliver() == Delivery(postponed=1)
    with make_app(MAIL_SERVER="127.0.0.1", MAIL_PORT=port).app_context(), later(minutes=1):
        assert outbox.deliver() == Delivery(postponed=1)
        again = db.session.get_one(Letter, waiting.id)
        assert again.error == "ConnectionRefusedError: [Errno 111] Connection refused"
        assert again.attempts == 2


POISON = [
    "ящик@почта.рф",
    "nobody",
    "a" * 300 + "@example.org",
    "two@example.org, three@example.org",
    "x\ny@example.org",
]


@pytest.mark.parametrize("address", POISON)
def test_a_letter_that_can_not_go_does_not_stop_the_next(sender: Flask, post: Mailbox, address: str) -> None:
    poison, good = letter(), None
    with transaction() as session:
        session.execute(update(Letter).where(Letter.id == poison.id).values(recipient=address))
    good_case = people.appeal(people.subscriber())
    db.session.expire_all()
    outbox.deliver()
    good = db.session.scalars(select(Letter).where(Letter.case_id == good_case.id)).one()
    assert good.state == "sent"
    assert poison.state == "sent" or poison.error
    assert {len(recipients) for _, recipients in post.envelopes} == {1}


def test_what_the_server_says_may_hold_anything(sender: Flask, post: Mailbox) -> None:
    poison = letter()
    post.answer = "554 no \x00 way " + "x" * 400
    people.appeal(people.subscriber())
    outbox.deliver()
    assert poison.state == "failed"
    assert poison.error
    assert poison.error.startswith("554 no")
    assert len(poison.error) <= 500


def test_staff_may_have_a_letter_sent_again_with_all_its_tries(sender: Flask, post: Mailbox) -> None:
    lost = letter()
    post.answer = "550 No"
    outbox.deliver()
    assert lost.state == "failed"
    clerk = people.staff()
    outbox.send_again(lost.id, Actor.of(clerk))
    post.answer = "451 Later"
    assert outbox.deliver() == Delivery(postponed=1)
    db.session.refresh(lost)
    assert (lost.state, lost.attempts, lost.error) == ("waiting", 1, "451 Later")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "letters.again")).one()
    assert (entry.subject, entry.staff_id) == (f"letters:{lost.id}", clerk.id)


def test_a_letter_that_was_sent_goes_out_once_more_when_asked(sender: Flask, post: Mailbox) -> None:
    sent = letter()
    outbox.deliver()
    outbox.send_again(sent.id, Actor.of(people.staff()))
    assert outbox.deliver() == Delivery(sent=1)
    assert [arrived["Message-ID"] for arrived in post.received] == [post.received[0]["Message-ID"]] * 2


def test_deliverers_that_work_at_once_send_each_letter_once(sender: Flask, post: Mailbox) -> None:
    author = people.subscriber()
    for _ in range(60):
        people.appeal(author)
    post.pause_s = 0.005

    together = threading.Barrier(4)

    def work(_: int) -> int:
        with sender.app_context():
            count = 0
            together.wait()
            while (done := outbox.deliver()).sent:
                count += done.sent
            return count

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(4)))
    letters = db.session.scalars(select(Letter)).all()
    assert sum(counts) == len(letters) >= 60
    assert set(Counter(sent["Message-ID"] for sent in post.received).values()) == {1}
    assert len(post.received) == len(letters)
    assert sum(count > 0 for count in counts) > 1, "the work was shared"


def test_a_deliverer_that_dies_gives_its_letters_back_in_time(
    sender: Flask, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter()
    monkeypatch.setattr(outbox, "_deliver_one", lambda _: exec("raise SystemExit"))  # noqa: S102 - dies on the way
    with pytest.raises(SystemExit):
        outbox.deliver()
    monkeypatch.undo()
    assert outbox.deliver() == Delivery()
    with later(seconds=int(outbox.LEASE.total_seconds()) + 1):
        assert outbox.deliver() == Delivery(sent=1)


def test_without_a_mail_server_letters_are_kept_as_files(app: Flask, environ: dict[str, str]) -> None:
    with app.app_context():
        waiting = letter()
        assert outbox.deliver() == Delivery(sent=1)
        assert waiting.state == "sent"
    files = list((Path(environ["INSTANCE"]) / "letters").iterdir())
    assert [path.name for path in files] == [f"{waiting.id:06}-appeal_registered.eml"]
    kept = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert kept["To"] == waiting.recipient
    assert kept["Subject"] == waiting.subject


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_goes_in_the_clear(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    context = self_signed(tmp_path / "server.pem")
    with Mailbox(tls_context=context) as box:
        with make_app(**box.settings(), MAIL_USE_TLS="true").app_context():
            waiting = letter()
            assert outbox.deliver() == Delivery(postponed=1)
            assert waiting.error
            assert "CERTIFICATE_VERIFY_FAILED" in waiting.error
        assert box.tried == []


def test_a_certificate_that_is_trusted_is_used(
    make_app: Callable[..., Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = self_signed(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with (
        Mailbox(tls_context=context, require_starttls=True) as box,
        make_app(**box.settings(), MAIL_USE_TLS="true").app_context(),
    ):
        letter()
        assert outbox.deliver() == Delivery(sent=1)
        assert len(box.received) == 1


def test_a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for(
    make_app: Callable[..., Flask], post: Mailbox
) -> None:
    with make_app(**post.settings(), MAIL_USE_TLS="true").app_context():
        waiting = letter()
        outbox.deliver()
        assert waiting.state != "sent"
        assert waiting.error
    assert post.tried == []
