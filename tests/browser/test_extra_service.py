"""An extra service at the browser: fig. 14, the proposal, agreeing to it; the company's side is moved from behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.extensions import db
from portal.models import ExtraService
from tests.browser.person import both_ways
from tests.support import people, stories

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.house import House
    from tests.browser.person import Person

TEXT = "Текст обращения (не более 1000 символов)"


@both_ways
def test_a_service_is_asked_for_and_its_day_agreed_to(
    resident: Callable[..., Person], house: House, how: dict[str, bool]
) -> None:
    person = resident(**how)
    person.menu("Заявка на дополнительную услугу")
    person.fill({"Тема обращения": "осуществление допуска в эксплуатацию ПУ", TEXT: "Счётчик установлен"})
    person.press("Сохранить")
    person.sees("Заявка успешно сохранена. Регистрационный номер Вашей заявки")
    with house.inside():
        service = db.session.scalars(select(ExtraService).order_by(ExtraService.id.desc())).first()
        assert service is not None
        number = service.number
        stories.make(service, "offer", people.staff())
    person.open("/")
    person.sees(f"Согласование даты и стоимости: заявка на услугу № {number}")
    person.menu("Информация по обращениям")
    person.follow(str(number))
    person.sees("1 500,00 ₽")
    person.press("Согласиться и оплатить")
    person.sees("Оплатите счёт, и мы приедем в назначенный день.")
