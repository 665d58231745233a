"""«Тексты согласий»: all versions, and the next one, which an administrator writes and publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request

from admin import meanwhile
from admin.base import Screen
from admin.differences import differences
from admin.guard import EVERYBODY, page
from forms.choices import ConsentKind
from forms.texts import ConsentTextForm
from portal import access, formats, journal
from portal.extensions import db
from portal.journal import Actor, Change
from portal.models import AGREEMENT, ConsentDraft, ConsentText, StaffRole
from portal.refusals import Refusal
from portal.services import consents, presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.typing import ResponseReturnValue

ONE = "/<string(maxlength=40):kind>"
ADMINISTRATORS = ("next_version", "preview", "publish", "drop")
STAYS = "Прежние согласия остаются в силе, заново никого не спросим"
# kind: how people come to agree to a new version, and what becomes of those who agreed before
FOLLOWS = {
    AGREEMENT: (
        "С новой редакцией нужно согласиться перед следующей подписью: кабинет спросит об этом сам",
        "Все, кто согласился раньше, должны согласиться заново",
    ),
    ConsentKind.handover.code: ("Новую редакцию примут со следующей заявкой на присоединение", STAYS),
    ConsentKind.notices.code: ("Новую редакцию примут при регистрации и в «Моих согласиях»", STAYS),
}
USUALLY = ("Новую редакцию примут при регистрации", STAYS)


class Consents(Screen):
    """Texts of consents, in all their versions: people agreed to these words, so that they never change."""

    roles = EVERYBODY
    can_view_details = True
    column_list = ("title", "version", "published_at")
    column_details_list = ("title", "version", "published_at")
    list_template = "staff/consents/list.html"
    details_template = "staff/consents/details.html"

    def open_pages(self, app: Flask) -> None:
        """Keep the next version for administrators."""
        super().open_pages(app)
        for name in ADMINISTRATORS:
            access.open_endpoint(app, f"{self.endpoint}.{name}", access.staff_audience(StaffRole.admin))

    def order(self) -> tuple[Any, ...]:
        """Put the versions of one consent together, the newest first."""
        return (ConsentText.kind, ConsentText.version.desc())

    def coming(self) -> Iterator[tuple[ConsentText, ConsentDraft | None]]:
        """Give each consent in force with the draft of its next version."""
        drafts = {row.kind: row for row in db.session.query(ConsentDraft)}
        return ((text, drafts.get(kind)) for kind, text in consents.texts().items())

    def changes_of(self, text: ConsentText) -> list[tuple[str, str]]:
        """Compare a version with the one before; nothing for the first."""
        before = db.session.query(ConsentText).filter_by(kind=text.kind, version=text.version - 1).one_or_none()
        return list(differences(_whole(before), _whole(text))) if before else []

    @page(f"{ONE}/next", "GET", "POST")
    def next_version(self, kind: str) -> ResponseReturnValue:
        """Write at the next version, and look at it (`check`)."""
        draft = consents.draft(kind)
        form = ConsentTextForm(obj=draft or consents.texts()[kind])
        if request.method == "GET" or not form.validate() or "check" in request.form:
            return self._shown(kind, draft, form), 422 if form.errors else 200
        try:
            consents.save_draft(kind, form.answers(), meanwhile.seen(), Actor.of(access.staff()))
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._shown(kind, consents.draft(kind), form, is_overtaken=True), 409
        presence.leave(consents.subject_of(kind), access.staff())
        return self._back(kind, "Черновик сохранён")

    @page(f"{ONE}/preview", "POST")
    def preview(self, kind: str) -> str:
        """The next version beside the one in force, for the page's script."""
        form = ConsentTextForm()
        form.validate()
        consents.draft(kind)
        return render_template("staff/consents/preview.html", form=form, **_preview(kind, form))

    @page(f"{ONE}/publish", "POST")
    def publish(self, kind: str) -> ResponseReturnValue:
        """Make the draft the version in force."""
        return self._done(kind, consents.publish, "Редакция опубликована")

    @page(f"{ONE}/drop", "POST")
    def drop(self, kind: str) -> ResponseReturnValue:
        """Throw the draft away."""
        return self._done(kind, consents.drop_draft, "Черновик удалён")

    def _done(self, kind: str, use_case: Callable[[str, int, Actor], object], words: str) -> ResponseReturnValue:
        consents.draft(kind)
        try:
            use_case(kind, meanwhile.seen(), Actor.of(access.staff()))
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return redirect(self.get_url(".next_version", kind=kind))
        flash(words, "success")
        return redirect(self.get_url(".index_view"))

    def _shown(
        self, kind: str, draft: ConsentDraft | None, form: ConsentTextForm, *, is_overtaken: bool = False
    ) -> str:
        is_sent = request.method == "POST" and not is_overtaken
        now = draft.entry_id if draft else 0
        return str(
            self.render(
                "staff/consents/next.html",
                form=form,
                kind=kind,
                draft=draft,
                now=now,
                seen=meanwhile.seen() if is_sent else now,
                is_overtaken=is_overtaken,
                others=presence.look(consents.subject_of(kind), access.staff()),
                lines=_lines(kind, draft, form) if is_overtaken else [],
                follows=_follows(kind),
                **_preview(kind, form),
            )
        )

    def _back(self, kind: str, words: str) -> ResponseReturnValue:
        flash(words, "success")
        return redirect(self.get_url(".next_version", kind=kind))


def _preview(kind: str, form: ConsentTextForm) -> dict[str, Any]:
    """Give what is typed, right or not, and how it differs from the version in force."""
    last = consents.texts()[kind]
    pieces = [] if form.errors else list(differences(_whole(last), f"{form.title.data}\n\n{form.text.data}"))
    return {"last": last, "pieces": pieces}


def _follows(kind: str) -> tuple[str, str]:
    """Say what publishing leads to."""
    how, before = FOLLOWS.get(kind, USUALLY)
    count = consents.how_many(kind)
    many = "больше 10 000" if count > consents.MOST_COUNTED else formats.grouped(count)
    return how, f"{before}. Согласий сейчас: {many}"


def _whole(text: ConsentText) -> str:
    return f"{text.title}\n\n{text.text}"


def _lines(kind: str, draft: ConsentDraft | None, form: ConsentTextForm) -> list[meanwhile.Line]:
    """Lay what was written since the page was opened, on a draft or on the version in force, beside what was typed."""
    changed, last = {}, consents.texts()[kind]
    if meanwhile.seen():
        changed = journal.changes_since(db.session(), consents.subject_of(kind), meanwhile.seen())
    elif draft:
        pairs = {"title": (last.title, draft.title), "text": (last.text, draft.text)}
        changed = {name: Change(old, new, draft.entry) for name, (old, new) in pairs.items() if old != new}
    typed = (("title", "Название", form.title.data), ("text", "Текст", form.text.data))
    return [meanwhile.line(label, {}, changed[name], mine) for name, label, mine in typed if name in changed]
