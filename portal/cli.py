"""The command line: `flask staff add`, `flask reference load`, `flask letters deliver`, `flask serve`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup
from flask_migrate import Migrate

from forms import checks
from portal import demo, installation, outbox, passwords, registers, server
from portal.extensions import db
from portal.models import StaffRole
from portal.refusals import FieldRefusal, Refusal
from portal.services import accounts, recovery, reference, uploads
from portal.settings import current
from portal.transactions import transaction
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from flask import Flask

PAUSE_S = 1.0
SWEEP_EVERY_S = 3600

staff = AppGroup("staff", help="People who work in the staff panel.")
reference_data = AppGroup("reference", help="Streets, topics, terms, days off, consents.")
letters = AppGroup("letters", help="The outbox.")
journals = AppGroup("journals", help="The journals that number appeals and applications.")


def init_app(app: Flask) -> None:
    """Add the commands, those of Flask-Migrate included."""
    Migrate(app, db, directory=str(installation.MIGRATIONS))
    for group in (staff, reference_data, letters, journals):
        app.cli.add_command(group)
    app.cli.add_command(serve)
    app.cli.add_command(prepare)
    app.cli.add_command(fill_demo)


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


@letters.command("deliver")
@click.option("--once", is_flag=True, help="Send what is due and end.")
def deliver_letters(once: bool) -> None:  # noqa: FBT001
    """Answer forgotten passwords, send letters as they fall due, sweep files nobody sent; ends on TERM or Ctrl-C."""
    swept = 0.0
    while True:
        recovery.answer_requests()
        done = outbox.deliver()
        if done != outbox.Delivery():
            click.echo(str(done))
        if once:
            return
        if time.monotonic() - swept > SWEEP_EVERY_S:
            uploads.sweep()
            swept = time.monotonic()
        if done == outbox.Delivery():
            time.sleep(PAUSE_S)


@journals.command("continue")
@click.argument("journal", type=click.Choice(sorted({workflow.journal for workflow in WORKFLOWS.values()})))
@click.argument("last", type=click.IntRange(1))
def continue_journal(journal: str, last: int) -> None:
    """Let a journal kept elsewhere so far count on: the next number is LAST + 1."""
    try:
        with transaction() as session:
            registers.continue_from(session, journal, last)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{journal}: the next number is {last + 1}")


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
