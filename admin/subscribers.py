"""«Абоненты» and «Единое окно»: who has a cabinet, opening one for a visitor, and what staff may do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, redirect
from sqlalchemy import select, true

from admin import belongings
from admin.base import LARGEST_ID, Screen, link, tag
from admin.guard import page
from admin.journal import event_of
from admin.parts import Preset
from forms.appeal import AppealForm
from forms.choices import ApplicantKind
from forms.office import BlockForm, OfficeAccountForm
from portal import access, formats, journal, settings
from portal.extensions import db
from portal.journal import Actor
from portal.models import JournalEntry, StaffRole, Subscriber
from portal.refusals import FieldRefusal
from portal.services import accounts, appeals, office, streets
from portal.transactions import transaction
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy import ColumnElement

CLERKS = (StaffRole.admin, StaffRole.operator)
ONE = f"/<int(max={LARGEST_ID}):subscriber_id>"
SHOWN = 20
# An administrator's alone; the rest is any clerk's.
BOSSES = {"block", "unblock", "unmask", "export_view"}


def of_kind(kind: ApplicantKind) -> Callable[[], ColumnElement[bool]]:
    """Select the subscribers of a kind."""
    return lambda: Subscriber.kind == kind.code


class Subscribers(Screen):
    """The list, a card with everything of one subscriber, and the forms of «Единое окно»."""

    roles = CLERKS
    column_list = ("login", "name", "kind", "email", "phone", "created_at", "blocked_at")
    column_sortable_list = ("login", "created_at")
    sort_keys: Mapping[str, Any] = {"login": Subscriber.login_key, "created_at": Subscriber.id}
    column_searchable_list = ("login", "email", "phone", "full_name", "organisation_short", "inn")
    column_formatters: ClassVar[Any] = {
        "login": lambda view, _context, row, _name: link(view.get_url(".card", subscriber_id=row.id), row.login),
        "kind": lambda _view, _context, row, _name: ApplicantKind[row.kind].label,
        "phone": lambda _view, _context, row, _name: formats.phone(row.phone),
        "blocked_at": lambda _view, _context, row, _name: _state(row),
    }
    labels: Mapping[str, str] = {
        "login": "Имя пользователя", "name": "Абонент", "created_at": "Зарегистрирован", "blocked_at": "Доступ",
    }  # fmt: skip
    can_export = can_keep = True
    list_template = "staff/subscribers/list.html"
    presets = (
        Preset("all", "Все", true),
        *(Preset(kind.code, kind.label, of_kind(kind)) for kind in ApplicantKind),
        Preset("blocked", "Заблокированы", lambda: Subscriber.blocked_at.is_not(None)),
    )

    def open_pages(self, app: Flask) -> None:
        """Keep for administrators what is theirs."""
        super().open_pages(app)
        for code in BOSSES:
            access.open_endpoint(app, f"{self.endpoint}.{code}", access.staff_audience(StaffRole.admin))

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (Subscriber.id.desc(),)

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Имя, почта, телефон, ИНН"

    @page(ONE)
    def card(self, subscriber_id: int) -> ResponseReturnValue:
        """Everything of one subscriber; numbers of documents are masked."""
        return self._card(office.subscriber(subscriber_id))

    @page(f"{ONE}/unmask", "POST")
    def unmask(self, subscriber_id: int) -> ResponseReturnValue:
        """Show the numbers whole, and write down who looked."""
        subscriber = office.subscriber(subscriber_id)
        with transaction() as session:
            actor = Actor.of(access.staff())
            journal.record(session, actor, "subscriber.look", subject=f"subscribers:{subscriber.id}")
        return self._card(subscriber, is_masked=False)

    @page(f"{ONE}/block", "POST")
    def block(self, subscriber_id: int) -> ResponseReturnValue:
        """Shut the account, saying why."""
        subscriber = office.subscriber(subscriber_id)
        form = BlockForm()
        if not form.validate():
            return self._card(subscriber, form), 422
        office.block(subscriber, form.answers().reason, Actor.of(access.staff()))
        return self._back(subscriber, "Кабинет заблокирован, все входы завершены")

    @page(f"{ONE}/unblock", "POST")
    def unblock(self, subscriber_id: int) -> ResponseReturnValue:
        """Open it again."""
        subscriber = office.subscriber(subscriber_id)
        office.unblock(subscriber, Actor.of(access.staff()))
        return self._back(subscriber, "Кабинет снова открыт")

    @page(f"{ONE}/password", "POST")
    def password(self, subscriber_id: int) -> ResponseReturnValue:
        """Send a new temporary password to the subscriber's own address."""
        subscriber = office.subscriber(subscriber_id)
        office.send_password(subscriber, Actor.of(access.staff()))
        return self._back(subscriber, f"Временный пароль уйдёт на {subscriber.email}")

    @page("/new", "GET", "POST")
    def new(self) -> ResponseReturnValue:
        """«Единое окно»: an account for a visitor, and the paper that came along."""
        organisation, clerk = settings.current().organisation, access.staff()
        form = OfficeAccountForm()
        form.settle(organisation.city_genitive, organisation.postcodes, streets.choices())
        form.topic_id.lay([(topic.id, topic.name) for topic in appeals.topics()])
        if submitting.is_whole(form, clerk):
            answers = form.answers()
            try:
                subscriber = accounts.open_at_office(answers, clerk, access.origin())
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
            else:
                if answers.appeal:
                    filed = appeals.submit(subscriber, answers.appeal, clerk)
                    flash(f"{filed.title} зарегистрировано", "success")
                return self._back(subscriber, f"Кабинет создан, пароль уйдёт на {subscriber.email}")
        return self.render("staff/subscribers/new.html", form=form), 422 if form.errors else 200

    @page(f"{ONE}/appeal", "GET", "POST")
    def appeal(self, subscriber_id: int) -> ResponseReturnValue:
        """Register an appeal that a subscriber brought on paper."""
        subscriber, clerk = office.subscriber(subscriber_id), access.staff()
        form = AppealForm()
        form.topic_id.lay([(topic.id, topic.name) for topic in appeals.topics()])
        if submitting.is_whole(form, clerk):
            filed = appeals.submit(subscriber, form.answers(), clerk)
            return self._back(subscriber, f"{filed.title} зарегистрировано")
        page_of = self.render("staff/subscribers/appeal.html", form=form, subscriber=subscriber)
        return page_of, 422 if form.errors else 200

    def _card(self, subscriber: Subscriber, form: BlockForm | None = None, *, is_masked: bool = True) -> str:
        about = select(JournalEntry).where(JournalEntry.subject == f"subscribers:{subscriber.id}")
        latest = about.order_by(JournalEntry.id.desc()).limit(SHOWN)
        shown = self.render(
            "staff/subscribers/card.html",
            subscriber=subscriber,
            kind=ApplicantKind[subscriber.kind].label,
            form=form or BlockForm(),
            numbers=numbers_of(subscriber, is_masked=is_masked),
            is_masked=is_masked,
            parts=belongings.parts(self, subscriber),
            entries=[(entry, event_of(entry)) for entry in db.session.scalars(latest)],
        )
        return str(shown)

    def _back(self, subscriber: Subscriber, words: str) -> ResponseReturnValue:
        flash(words, "success")
        return redirect(self.get_url(".card", subscriber_id=subscriber.id))


def numbers_of(subscriber: Subscriber, *, is_masked: bool) -> list[tuple[str, str]]:
    """List the numbers of a subscriber's documents as (column, number), masked but for the ends (152-ФЗ)."""
    spelled = {"snils": formats.snils, "passport": formats.passport}
    found = []
    for name in ("snils", "passport", "ogrn", "inn", "registry_number"):
        number = getattr(subscriber, name)
        if number:
            whole = spelled.get(name, str)(number)
            found.append((name, formats.masked(whole) if is_masked else whole))
    return found


def _state(subscriber: Subscriber) -> Markup:
    if subscriber.blocked_at is None:
        return tag("done", "открыт")
    return tag("late", f"закрыт {formats.date(subscriber.blocked_at)}")
