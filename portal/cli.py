"""The command line: `flask staff add`, `flask reference load`, `flask letters deliver`, `flask serve`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

import click
from flask.cli import AppGroup
from flask_migrate import Migrate

from forms import checks
from portal import clock, demo, installation, outbox, passwords, registers, server
from portal.extensions import db
from portal.models import StaffRole
from portal.refusals import FieldRefusal, Refusal
from portal.search import keeping
from portal.services import (
    accounts,
    drafts,
    extra_services,
    outage_notices,
    reading_files,
    reading_reminders,
    recovery,
    reference,
    reminders,
    uploads,
)
from portal.settings import current
from portal.transactions import transaction
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

PAUSE_S = 1.0
JOBS_EVERY_S = 3600
JOBS: dict[str, Callable[[], int]] = {
    "reminders": reminders.remind,
    "reminders of visits": extra_services.remind_of_visits,
    "proposals to cancel": reminders.propose,
    "drafts dropped": drafts.sweep,
    "files swept": uploads.sweep,
}

staff = AppGroup("staff", help="People who work in the staff panel.")
reference_data = AppGroup("reference", help="Streets, topics, terms, days off, consents.")
letters = AppGroup("letters", help="The outbox.")
search = AppGroup("search", help="The index that staff search by.")
journals = AppGroup("journals", help="The journals that number appeals and applications.")


def init_app(app: Flask) -> None:
    """Add the commands, those of Flask-Migrate included."""
    Migrate(app, db, directory=str(installation.MIGRATIONS))
    for group in (staff, reference_data, letters, search, journals):
        app.cli.add_command(group)
    app.cli.add_command(serve)
    app.cli.add_command(prepare)
    app.cli.add_command(fill_demo)
    app.cli.add_command(daily)


@staff.command("add")
@click.argument("login")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_staff(login: str, email: str, role: str, password_stdin: bool) -> None:  # noqa: FBT001
    """Make an account of the staff panel; without a password given, a one-time one is printed."""
    password = _typed_password(login, email) if password_stdin else passwords.one_time()
    try:
        accounts.add_staff(login, email, role, password, must_change=not password_stdin)
    except FieldRefusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(f"{login}: {role}" + ("" if password_stdin else f", one-time password {password}"))


def _typed_password(login: str, email: str) -> str:
    """Read a password, held to the same rules as one chosen on a page."""
    try:
        return checks.new_password(
            sys.stdin.readline().rstrip("\n"), "пароль", login, email, place=current().organisation.words
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@reference_data.command("load")
def load_reference() -> None:
    """Add the reference rows that are missing; what staff changed stays."""
    for table, count in reference.load().items():
        click.echo(f"{table}: {count} added")


@reference_data.command("activities")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
def load_activities(file: TextIO) -> None:
    """Take the official table of ОКВЭД-2 (a CSV with the columns `code` and `title`); repeating it mends titles."""
    try:
        added, mended = reference.load_activities(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"activities: {added} added, {mended} mended")


@letters.command("deliver")
@click.option("--once", is_flag=True, help="Send what is due and end.")
def deliver_letters(once: bool) -> None:  # noqa: FBT001
    """Send letters as they fall due, answer forgotten passwords, check files of readings, do the day's jobs."""
    worked = float("-inf")
    while True:
        if not once and time.monotonic() - worked > JOBS_EVERY_S:
            _do_jobs()
            worked = time.monotonic()
        recovery.answer_requests()
        told = outage_notices.spread()
        done = outbox.deliver()
        # Reminders of a month are many: while letters do not go out, no more are written.
        is_busy = bool(told) | bool(not done.postponed and reading_reminders.remind()) | reading_files.work()
        if done != outbox.Delivery():
            click.echo(str(done))
        if once:
            return
        if done == outbox.Delivery() and not is_busy:
            time.sleep(PAUSE_S)


@click.command("daily")
def daily() -> None:
    """Do the day's jobs now: reminders, proposals to cancel, sweeping. Safe to repeat, and after days off line."""
    _do_jobs()


def _do_jobs() -> None:
    """Each job knows what it has done already, so that doing them every hour makes nothing twice."""
    for words, job in JOBS.items():
        count = job()
        if count:
            click.echo(f"{words}: {count}")


@journals.command("continue")
@click.argument("journal", type=click.Choice(sorted({workflow.journal for workflow in WORKFLOWS.values()})))
@click.argument("last", type=click.IntRange(1))
def continue_journal(journal: str, last: int) -> None:
    """Let a journal kept elsewhere so far count on: the next number is LAST + 1, in this year where it begins anew."""
    is_yearly = any(workflow.yearly for workflow in WORKFLOWS.values() if workflow.journal == journal)
    try:
        with transaction() as session:
            registers.continue_from(session, journal, last, clock.today().year if is_yearly else 0)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{journal}: the next number is {last + 1}")


@search.command("rebuild")
def rebuild_search() -> None:
    """Index everything anew, in lots; searching goes on meanwhile."""
    keeping.rebuild(click.echo)


@click.command("demo")
def fill_demo() -> None:
    """Fill an empty installation with invented people and appeals in every status."""
    installation.prepare()
    try:
        accounts_made = demo.fill()
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    for login, password in accounts_made.items():
        click.echo(f"{login}: {password}")


@click.command("prepare")
def prepare() -> None:
    """Bring the database up to date: migrations, reference data, the first administrator; safe to repeat."""
    installation.prepare()


@click.command("serve")
def serve() -> None:
    """Prepare the database, then run web server and letter delivery until Ctrl-C."""
    server.run(current())
