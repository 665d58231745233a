"""«Отключения»: writing them down with what was understood beside the text, publishing, moving, calling off, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, flash, redirect, render_template, request
from sqlalchemy import and_, func, select
from sqlalchemy.orm import selectinload

from admin import meanwhile
from admin.base import LARGEST_ID, LAST_PAGE, Screen, link, tag
from admin.guard import EVERYBODY, page
from admin.journal import event_of
from admin.parts import OneOf, Preset
from forms.choices import OutageKind, OutageState
from forms.outage_import import ImportForm
from forms.outages import ADDRESSES_LONGEST, CallOffForm, OutageForm, period
from portal import access, clock, formats, journal
from portal.extensions import db
from portal.journal import Actor
from portal.models import JournalEntry, Outage, OutageReason
from portal.refusals import FieldRefusal, Refusal
from portal.services import outage_desk, presence
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy import ColumnElement

ONE = f"/<int(max={LARGEST_ID}):outage_id>"
BATCH = "/list/<string(maxlength=32):batch>"
SHOWN = 100
# What a stale save is compared by.
TOLD = {"kind": "Вид отключения", "begins_at": "Начало", "ends_at": "Конец", "reason": "Причина", "places": "Адреса"}
TONES = {"draft": "closed", "published": "done", "cancelled": "late"}


def _public(*times: Callable[[], ColumnElement[bool]]) -> Callable[[], ColumnElement[bool]]:
    return lambda: and_(Outage.state == OutageState.published.code, *(when() for when in times))


PRESETS = (
    Preset("now", "Сейчас", _public(lambda: Outage.begins_at <= clock.now(), lambda: Outage.ends_at > clock.now())),
    Preset("future", "Будущие", _public(lambda: Outage.begins_at > clock.now())),
    Preset("past", "Прошедшие", _public(lambda: Outage.ends_at <= clock.now())),
    Preset("drafts", "Черновики", lambda: Outage.state == OutageState.draft.code),
    Preset("cancelled", "Отменённые", lambda: Outage.state == OutageState.cancelled.code),
)


class Outages(Screen):
    """The list, the form with its live preview, and lists taken in from a table or an announcement."""

    roles = EVERYBODY
    column_list = ("id", "begins_at", "ends_at", "kind", "reason", "text", "state")
    column_sortable_list = ("begins_at", "ends_at")
    column_searchable_list = ("text",)
    column_filters = (
        OneOf(Outage.kind, "Вид отключения", OutageKind.pairs),
        OneOf(Outage.reason_id, "Причина", lambda: [(str(row.id), row.name) for row in _all_reasons()]),
    )
    column_formatters: ClassVar[Any] = {
        "id": lambda view, _context, row, _name: link(view.get_url(".card", outage_id=row.id), str(row.id)),
        "kind": lambda _view, _context, row, _name: row.kind_label,
        "text": lambda _view, _context, row, _name: formats.shortened(row.text, 120),
        "state": lambda _view, _context, row, _name: _state(row),
    }
    labels: Mapping[str, str] = {
        "begins_at": "Начало", "ends_at": "Конец", "kind": "Вид отключения", "text": "Адреса",
    }  # fmt: skip
    list_template = "staff/outages/list.html"
    can_export = can_keep = True
    presets = PRESETS
    empty = "Отключений здесь нет."

    def order(self) -> tuple[Any, ...]:
        """Put the latest first."""
        return (Outage.begins_at.desc(), Outage.id.desc())

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Улица из объявления"

    @page("/new", "GET", "POST")
    def new(self) -> ResponseReturnValue:
        """Write an outage down: a draft until it is published."""
        return self._edit(OutageForm(), None)

    @page(ONE, "GET", "POST")
    def card(self, outage_id: int) -> ResponseReturnValue:
        """One outage: what it says, what was understood, and what can be done."""
        outage = _found(outage_id)
        shown = {
            "begins_at": clock.local(outage.begins_at).replace(tzinfo=None),
            "ends_at": clock.local(outage.ends_at).replace(tzinfo=None),
            **{name: getattr(outage, name) for name in ("kind", "reason_id", "text")},
        }
        return self._edit(OutageForm(data=shown), outage)

    @page("/preview", "POST")
    def preview(self) -> ResponseReturnValue:
        """What is understood of the text so far, for the page's script."""
        return render_template("staff/outages/preview.html", **_understood(request.form.get("text", "")))

    @page(f"{ONE}/publish", "POST")
    def publish(self, outage_id: int) -> ResponseReturnValue:
        """Let everybody know; letters go by themselves."""
        outage_desk.publish(_found(outage_id).id, Actor.of(access.staff()), meanwhile.seen())
        return self._back(outage_id, "Отключение опубликовано. Подписанным на адреса уйдут письма")

    @page(f"{ONE}/cancel", "POST")
    def cancel(self, outage_id: int) -> ResponseReturnValue:
        """Call it off, saying why."""
        outage, form = _found(outage_id), CallOffForm(prefix="off-")
        if not form.validate():
            flash(next(sentence for field in form for sentence in field.errors), "error")
        else:
            outage_desk.cancel(outage.id, form.reason.data, Actor.of(access.staff()))
            flash("Отключение отменено. Подписанным на адреса уйдут письма", "success")
        return redirect(self.get_url(".card", outage_id=outage_id))

    @page(f"{ONE}/drop", "POST")
    def drop(self, outage_id: int) -> ResponseReturnValue:
        """Throw a draft away."""
        outage_desk.drop(_found(outage_id).id, Actor.of(access.staff()))
        flash("Черновик удалён", "success")
        return redirect(self.get_url(".index_view", preset="drafts"))

    @page("/import", "GET", "POST")
    def take_in(self) -> ResponseReturnValue:
        """A table or an announcement: all of it becomes drafts, or nothing."""
        form = ImportForm()
        form.day = clock.today()
        form.reason_id.lay([(row.id, row.name) for row in outage_desk.reasons()])
        problems: tuple[str, ...] = ()
        if request.method == "POST" and form.validate():
            try:
                rows = form.rows()
            except ValueError as error:
                problems = error.args
            else:
                outage_desk.take_in(rows, form.token.data, Actor.of(access.staff()))
                return redirect(self.get_url(".batch", batch=form.token.data))
        shown = self.render("staff/outages/import.html", form=form, problems=problems, has_errors=bool(problems))
        return shown, 422 if form.errors or problems else 200

    @page(BATCH)
    def batch(self, batch: str) -> ResponseReturnValue:
        """What came with a list, before it is published."""
        _hold_to_token(batch)
        mine = select(Outage).where(Outage.batch == batch)
        ordered = mine.options(selectinload(Outage.addresses)).order_by(Outage.begins_at, Outage.id)
        asked = min(request.args.get("page", 1, type=int), LAST_PAGE)
        rows = db.paginate(ordered, page=asked, per_page=SHOWN, max_per_page=SHOWN, error_out=False)
        if not rows.total:
            abort(404)
        drafts = mine.where(Outage.state == OutageState.draft.code)
        counts = {"drafts": _count(drafts), "ready": _count(drafts.where(Outage.addresses.any()))}
        shown: str = self.render("staff/outages/batch.html", rows=rows, batch=batch, state=_state, odd=_odd, **counts)
        return shown

    @page(f"{BATCH}/publish", "POST")
    def publish_batch(self, batch: str) -> ResponseReturnValue:
        """Publish what touches a street of the directory."""
        _hold_to_token(batch)
        count = outage_desk.publish_batch(batch, Actor.of(access.staff()))
        flash(f"Опубликовано: {formats.plural(count, 'отключение', 'отключения', 'отключений')}", "success")
        return redirect(self.get_url(".batch", batch=batch))

    @page(f"{BATCH}/drop", "POST")
    def drop_batch(self, batch: str) -> ResponseReturnValue:
        """Throw away what is not published."""
        _hold_to_token(batch)
        count = outage_desk.drop_batch(batch, Actor.of(access.staff()))
        flash(f"Удалено: {formats.plural(count, 'черновик', 'черновика', 'черновиков')}", "success")
        return redirect(self.get_url(".index_view", preset="drafts"))

    def _edit(self, form: OutageForm, outage: Outage | None) -> ResponseReturnValue:
        form.reason_id.lay(_offered(outage))
        if request.method == "GET" or "check" in request.form or not form.validate():
            return self._shown(form, outage), 422 if form.errors else 200
        try:
            saved = outage_desk.save(
                form.answers(), Actor.of(access.staff()), *((outage.id, meanwhile.seen()) if outage else ())
            )
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
            return self._shown(form, outage), 422
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._shown(form, outage, is_overtaken=True), 409
        presence.leave(outage_desk.subject_of(saved.id), access.staff())
        is_told = saved.state == OutageState.published.code
        return self._back(saved.id, "Сохранено. Письма об изменении уйдут сами" if is_told else "Черновик сохранён")

    def _shown(self, form: OutageForm, outage: Outage | None, *, is_overtaken: bool = False) -> str:
        """Show the form; what it was opened on stays until somebody is told that it is another outage by now."""
        subject = outage_desk.subject_of(outage.id if outage else 0)
        about = select(JournalEntry).where(JournalEntry.subject == subject).order_by(JournalEntry.id.desc())
        now = journal.latest(db.session(), subject)
        is_sent = request.method == "POST" and not is_overtaken
        return str(
            self.render(
                "staff/outages/card.html",
                form=form,
                outage=outage,
                state=_state(outage) if outage else "",
                call_off=CallOffForm(formdata=None, prefix="off-"),
                **_understood(form.text.typed),
                entries=[(entry, event_of(entry)) for entry in db.session.scalars(about.limit(20))],
                now=now,
                seen=meanwhile.seen() if is_sent else now,
                others=presence.look(subject, access.staff()) if outage else [],
                is_overtaken=is_overtaken,
                lines=_lines(form, subject) if is_overtaken else [],
            )
        )

    def _back(self, outage_id: int, words: str) -> ResponseReturnValue:
        flash(words, "success")
        return redirect(self.get_url(".card", outage_id=outage_id))


def _lines(form: OutageForm, subject: str) -> list[meanwhile.Line]:
    """Lay what was saved since the page was opened beside what was typed."""
    changed = journal.changes_since(db.session(), subject, meanwhile.seen())
    typed = outage_desk.told(form.answers())
    return [meanwhile.line(label, {}, changed[name], typed[name]) for name, label in TOLD.items() if name in changed]


def _understood(text: str) -> dict[str, Any]:
    """Give what the preview shows: places with how many streets each may be, and what could not be read."""
    if len(text) > ADDRESSES_LONGEST:
        return {"too_long": True}
    matches, reading = outage_desk.understood(text)
    found = [(match.place, len(match.street_ids)) for match in matches]
    return {"found": found, "unread": reading.unread, "is_blank": not text.strip()}


def _odd(outage: Outage) -> str:
    """Say what may be wrong with the time of an outage that a list brought."""
    return period(outage.begins_at, outage.ends_at) or ""


def _offered(outage: Outage | None) -> list[tuple[int, str]]:
    """Offer the reasons in use, and the one that the outage has already."""
    rows = outage_desk.reasons()
    if outage and outage.reason and outage.reason not in rows:
        rows.append(outage.reason)
    return [(row.id, row.name) for row in rows]


def _all_reasons() -> list[OutageReason]:
    return list(db.session.scalars(select(OutageReason).order_by(OutageReason.position)))


def _count(rows: Any) -> int:  # noqa: ANN401
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _state(outage: Outage) -> Markup:
    return tag(TONES[outage.state], OutageState[outage.state].label.lower())


def _found(outage_id: int) -> Outage:
    return db.session.get(Outage, outage_id) or abort(404)


def _hold_to_token(batch: str) -> None:
    """Let nothing reach the database that can name no list: PostgreSQL takes no NUL."""
    if not (batch.isascii() and batch.isalnum()):
        abort(404)
