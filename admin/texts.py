"""«Тексты писем»: what letters say, changed by an administrator with the letter beside it as it would go."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request
from flask_admin import BaseView

from admin import meanwhile
from admin.base import tag
from admin.differences import differences
from admin.guard import Guarded, page
from forms.texts import LetterTextForm
from portal import access, journal, letters
from portal.extensions import db
from portal.journal import Actor
from portal.letter_kinds import shipped
from portal.models import StaffRole
from portal.refusals import Refusal
from portal.services import letter_texts, presence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from markupsafe import Markup

    from portal.letter_kinds import Kind
    from portal.services.letter_texts import Wording

ONE = "/<string(maxlength=40):code>"


class LetterTexts(Guarded, BaseView):
    """The list of letters, and the page of one."""

    roles = editors = (StaffRole.admin,)

    @page("/")
    def index(self) -> str:
        """Every letter: to whom it goes, whether its words are the shipped ones, who changed them and when."""
        return str(self.render("staff/texts/list.html", groups=letter_texts.wordings(), state=_state))

    @page(ONE, "GET", "POST")
    def card(self, code: str) -> ResponseReturnValue:
        """Change the words of a letter, look at them (`check`), or send them to oneself (`try`)."""
        now = letter_texts.wording(code)
        form = _form(now)
        if request.method == "GET" or not form.validate() or "check" in request.form:
            return self._shown(now, form), 422 if form.errors else 200
        if "try" in request.form:
            letter_texts.try_on(now.kind, form.answers(), access.staff())
            flash(f"Пробное письмо уйдёт на {access.staff().email} в ближайшую минуту. Текст не сохранён", "success")
            return self._shown(now, form)
        try:
            letter_texts.save(now.kind, form.answers(), meanwhile.seen(), Actor.of(access.staff()))
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._shown(letter_texts.wording(code), form, is_overtaken=True), 409
        presence.leave(letter_texts.subject_of(now.kind), access.staff())
        return self._back(code, "Сохранено. Следующие письма уйдут с этим текстом")

    @page(f"{ONE}/preview", "POST")
    def preview(self, code: str) -> str:
        """The letter as it would go, for the page's script."""
        now = letter_texts.wording(code)
        form = _form(now)
        form.validate()
        return render_template("staff/texts/preview.html", **_preview(now.kind, form))

    @page(f"{ONE}/restore", "POST")
    def restore(self, code: str) -> ResponseReturnValue:
        """Put the shipped words back."""
        try:
            letter_texts.restore(letter_texts.wording(code).kind, meanwhile.seen(), Actor.of(access.staff()))
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return redirect(self.get_url(".card", code=code))
        return self._back(code, "Исходный текст вернулся")

    def _shown(self, now: Wording, form: LetterTextForm, *, is_overtaken: bool = False) -> str:
        """Show the page; what it was opened on stays until somebody is told that it is another text by now."""
        is_sent = request.method == "POST" and not is_overtaken
        ours = shipped(now.kind.name)
        return str(
            self.render(
                "staff/texts/card.html",
                form=form,
                now=now,
                state=_state(now),
                seen=meanwhile.seen() if is_sent else now.seen,
                others=presence.look(letter_texts.subject_of(now.kind), access.staff()),
                lines=_lines(now.kind, form) if is_overtaken else [],
                changes=[
                    (words, list(differences(old, new)))
                    for words, old, new in (
                        ("Тема", ours.subject, now.words.subject),
                        ("Текст", ours.body, now.words.body),
                    )
                    if now.ours and old != new
                ],
                **_preview(now.kind, form),
            )
        )

    def _back(self, code: str, words: str) -> ResponseReturnValue:
        flash(words, "success")
        return redirect(self.get_url(".card", code=code))


def _form(now: Wording) -> LetterTextForm:
    form = LetterTextForm(data=asdict(now.words))
    form.names = now.kind.names
    return form


def _preview(kind: Kind, form: LetterTextForm) -> dict[str, Any]:
    """Give the sample letter, or the sentences about why there is none."""
    wrong = [sentence for field in (form.subject, form.body) for sentence in field.errors]
    if wrong:
        return {"wrong": wrong}
    try:
        return {"letter": letters.sample(kind, form.answers())}
    except ValueError as error:  # words of staff that the letter can't read any more
        return {"wrong": [str(error)]}


def _lines(kind: Kind, form: LetterTextForm) -> list[meanwhile.Line]:
    """Lay what was saved since the page was opened beside what was typed."""
    changed = journal.changes_since(db.session(), letter_texts.subject_of(kind), meanwhile.seen())
    typed = (("subject", "Тема", form.subject.data), ("body", "Текст", form.body.data))
    return [meanwhile.line(label, {}, changed[name], mine) for name, label, mine in typed if name in changed]


def _state(now: Wording) -> Markup:
    if now.is_broken:
        return tag("late", "не подходит, уходит исходный")
    return tag("ours", "изменён") if now.ours else tag("closed", "исходный")
