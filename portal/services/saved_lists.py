"""The parts of lists that each member of staff makes for himself: private, so that the journal does not know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from portal.extensions import db
from portal.models import SavedList, Staff
from portal.refusals import FieldRefusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST: Final = 20
TAKEN: Final = "Введите другое название: такой набор у вас уже есть"
FULL: Final = f"Удалите какой-нибудь набор: больше {MOST} в одном списке не помещается"


def of(staff: Staff, screen: str) -> list[SavedList]:
    """List what somebody has saved of a list, in the order in which it was saved."""
    mine = select(SavedList).where(SavedList.staff_id == staff.id, SavedList.screen == screen)
    return list(db.session.scalars(mine.order_by(SavedList.id)))


def keep(staff: Staff, screen: str, name: str, asked: Mapping[str, Any]) -> None:
    """Save what a list shows under a name; what is saved already gets the new name.

    Raises:
        FieldRefusal: the name is another one's, or there are too many.

    """
    with transaction() as session:
        # Two windows at once: the second one waits here, and sees what the first one saved.
        session.execute(select(Staff.id).where(Staff.id == staff.id).with_for_update())
        mine = of(staff, screen)
        same = next((one for one in mine if one.asked == asked), None)
        if any(one.name.lower() == name.lower() for one in mine if one is not same):
            raise FieldRefusal("name", TAKEN)
        if same:
            same.name = name
        elif len(mine) >= MOST:
            raise FieldRefusal("name", FULL)
        else:
            session.add(SavedList(staff_id=staff.id, screen=screen, name=name, asked=dict(asked)))


def drop(staff: Staff, screen: str, asked: Mapping[str, Any]) -> bool:
    """Forget what was saved of this very part of a list; tells whether there was any."""
    with transaction() as session:
        same = [one.id for one in of(staff, screen) if one.asked == asked]
        session.execute(delete(SavedList).where(SavedList.id.in_(same)))
    return bool(same)
