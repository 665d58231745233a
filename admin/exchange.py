"""«Документооборот»: documents of subscribers, what waits to be read or signed, and placing a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, g, redirect, request
from sqlalchemy import and_, literal, or_, select, true
from sqlalchemy.orm import selectinload

from admin.base import LARGEST_ID, Screen, link, tag
from admin.guard import page
from admin.journal import event_of, way_to
from admin.parts import OneOf, Preset, narrowed
from admin.whose import OfSubscriber
from forms.choices import Direction
from forms.exchange import DeclineForm, FindForm, PlaceForm
from portal import access, clock, dossier, formats
from portal.extensions import db
from portal.models import Case, Document, JournalEntry, StaffRole, Subscriber, SupplyPoint
from portal.refusals import FieldRefusal, Refusal
from portal.services import exchange, placing
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy import ColumnElement

    from admin.looking import Find
    from portal.models import Decision, Receipt, SignatureRequest

CARD = f"/<int(max={LARGEST_ID}):document_id>"


class Way(OneOf):
    """A drop-down above the list: to the subscriber, or from him."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:  # noqa: ANN401, ARG002
        """Narrow the list."""
        return narrowed(query, Document.from_company.is_(value == Direction.incoming.code))


class Owned(OfSubscriber):
    """Documents of one subscriber, general ones and those of cases."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:  # noqa: ANN401, ARG002
        """Narrow the list."""
        return query.filter(dossier.owned_by(select(literal(int(value)))))


class Exchange(Screen):
    """The list is Flask-Admin's; a document never changes, so that there is nothing to edit."""

    roles = (StaffRole.operator, StaffRole.engineer, StaffRole.admin)
    column_list = ("dated", "title", "number", "subscriber", "case_id", "status", "due_on")
    column_sortable_list = ("dated", "title")
    column_searchable_list = ("title", "number", "name")
    column_formatters: ClassVar[Any] = {
        "title": lambda view, _context, row, _name: link(view.get_url(".card", document_id=row.id), row.title),
        "subscriber": lambda view, _context, row, _name: _owner(view, row.owner, row.owner.short_name),
        "case_id": lambda view, _context, row, _name: _case(view, row),
        "status": lambda _view, _context, row, _name: _state(row),
        "due_on": lambda _view, _context, row, _name: _due(row),
    }
    column_filters = (Way(Document.from_company, "Направление", Direction.pairs), Owned(Document.subscriber_id))
    labels: Mapping[str, str] = {"dated": "Дата", "title": "Вид", "number": "№", "due_on": "Подписать до"}
    can_export = can_keep = True
    loads = (selectinload(Document.case).selectinload(Case.subscriber), selectinload(Document.general_of))
    list_template = "staff/exchange/list.html"
    presets = (
        Preset("late", "Не прочитаны в срок", lambda: _open(dossier.unread_too_long(db.session()))),
        Preset("to_judge", "Ждут решения", lambda: _open(dossier.TO_JUDGE)),
        Preset("to_sign", "Ждут подписи", lambda: _open(dossier.TO_SIGN)),
        Preset("signed", "Подписаны", lambda: _open(dossier.decided("signed"))),
        Preset("refused", "Отказы", lambda: _open(dossier.decided("refused"))),
        Preset("all", "Все", lambda: _open(true())),
    )
    empty = "Документов здесь нет."

    def prepare(self, rows: list[Document]) -> None:
        """Read at once what became of all these documents."""
        g.papers = {paper.document.id: paper for paper in dossier.papers(Document.id.in_([row.id for row in rows]))}

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (Document.id.desc(),)

    def indexed(self, find: Find) -> Iterator[ColumnElement[bool]]:
        """Find by the words of the document and by whose it is."""
        yield from super().indexed(find)
        owners = select(SupplyPoint.subscriber_id).where(SupplyPoint.id.in_(find("point")))
        yield dossier.owned_by(owners)
        yield dossier.owned_by(select(Subscriber.id).where(Subscriber.id.in_(find("subscriber"))))

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Вид, номер, абонент, лицевой счёт"

    @page("/place")
    def find(self) -> ResponseReturnValue:
        """Find whom a document is for."""
        form = FindForm(request.args)
        is_asked = "who" in request.args
        found = placing.found(form.who.data) if is_asked and form.validate() else ()
        said = {"found": found, "most": placing.MOST_FOUND, "asked": is_asked and not form.errors}
        shown = self.render("staff/exchange/find.html", form=form, **said)
        return shown, 422 if form.errors else 200

    @page(f"/place/<int(max={LARGEST_ID}):subscriber_id>", "GET", "POST")
    def place(self, subscriber_id: int) -> ResponseReturnValue:
        """Place a document for one subscriber, perhaps asking for a signature."""
        owner, clerk = placing.subscriber(subscriber_id), access.staff()
        form = PlaceForm(data={"document_date": clock.today(), "replaces_id": request.args.get("replaces", type=int)})
        form.settle(
            [(case.id, f"{case.title} от {formats.date(case.registered_at)}") for case in placing.cases(owner, clerk)],
            [(document.id, document.full_title) for document in placing.replaceable(owner, clerk)],
        )
        if submitting.is_whole(form, clerk):
            try:
                placed = placing.place(owner, form.answers(), clerk)
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
            else:
                flash("Документ размещён, письмо абоненту уйдёт в ближайшую минуту", "success")
                return redirect(self.get_url(".card", document_id=placed.id))
        return self.render("staff/exchange/place.html", form=form, subscriber=owner), 422 if form.errors else 200

    @page(CARD)
    def card(self, document_id: int) -> ResponseReturnValue:
        """One document: what it is, and what its owner did with it."""
        return self._card(document_id)

    @page(f"{CARD}/accept", "POST")
    def accept(self, document_id: int) -> ResponseReturnValue:
        """Accept a document that came."""
        return self._judged(document_id, remark=None)

    @page(f"{CARD}/decline", "POST")
    def decline(self, document_id: int) -> ResponseReturnValue:
        """Decline it, saying what is wrong."""
        form = DeclineForm()
        if not form.validate():
            return self._card(document_id, form), 422
        return self._judged(document_id, remark=form.remark.answer)

    def _judged(self, document_id: int, remark: str | None) -> ResponseReturnValue:
        try:
            placing.judge(document_id, remark, access.staff(), access.origin())
        except Refusal as refusal:
            flash(refusal.sentence, "error")
        else:
            flash("Документ принят" if remark is None else "Документ отклонён, письмо абоненту уйдёт", "success")
        return redirect(self.get_url(".card", document_id=document_id))

    def _card(self, document_id: int, form: DeclineForm | None = None) -> str:
        paper = exchange.paper(access.staff(), document_id)
        about = or_(JournalEntry.subject == f"documents:{document_id}", JournalEntry.id == paper.document.entry_id)
        entries = db.session.scalars(select(JournalEntry).where(about).order_by(JournalEntry.id)).all()
        shown = self.render(
            "staff/exchange/card.html",
            paper=paper,
            rows=list(_rows(self, paper)),
            form=form or DeclineForm(),
            may_judge=placing.may_judge(paper),
            entries=[(entry, event_of(entry)) for entry in entries],
        )
        return str(shown)


def _owner(view: Screen, owner: Subscriber, name: str) -> Markup | str:
    """Name a subscriber, with the way to his page for whoever may open it."""
    card = "staff_subscribers.card"
    return link(view.get_url(card, subscriber_id=owner.id), name) if view.may(card) else name


def _case(view: Screen, document: Document) -> Markup | str:
    """Name what a document belongs to, with the way there."""
    return way_to(view, document.case) if document.case else "Общий документ"


def _rows(view: Screen, paper: dossier.Paper) -> list[tuple[str, str]]:
    """Lay out what is known of a document."""
    document, receipt, asked, decision = paper.document, paper.receipt, paper.request, paper.decision
    said: list[tuple[str, str | None]] = [
        ("Абонент", _owner(view, document.owner, document.owner.name)),
        ("К чему относится", _case(view, document)),
        ("Направление", "Абоненту" if document.from_company else "От абонента"),
        ("Файл", f"{document.name}, {formats.filesize(document.size)}"),
        ("Размещён" if document.from_company else "Отправлен", formats.moment(document.created_at)),
        ("Прочитан", _moment(receipt)),
        ("Подписать", _until(asked)),
        (paper.state.label, _moment(decision)),
        ("Причина или замечание", paper.remark),
    ]
    return [(label, value) for label, value in said if value]


def _moment(row: Receipt | Decision | None) -> str | None:
    return f"{formats.moment(row.at)}, сетевой адрес {row.ip_address}" if row else None


def _until(asked: SignatureRequest | None) -> str | None:
    if asked is None:
        return None
    return formats.until(asked.until) if asked.until else "без срока"


def _open(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Narrow to what this member of staff works with."""
    return and_(what, dossier.open_to(access.staff()))


def _shown(document: Document) -> dossier.Paper:
    found: dossier.Paper = g.papers[document.id]
    return found


def _state(document: Document) -> Markup:
    state = _shown(document).state
    return tag(state.tone, state.label)


def _due(document: Document) -> Markup | None:
    paper = _shown(document)
    if paper.due_on is None:
        return None
    is_late = paper.due_on < clock.today()
    return tag("late" if is_late else "yours", formats.short_date(paper.due_on))
