"""The one vocabulary: what each field and column is called in Russian, in forms and in the staff panel."""

from typing import Final

# Labels that the manual prints stand here letter by letter, without the star: the page adds it.
LABELS: Final[dict[str, str]] = {
    # Figs. 3-5: registration
    "kind": "Вид заявителя",
    "login": "Имя пользователя (login)",
    "email": "E-mail",
    "password": "Пароль",
    "password_again": "Подтвердите пароль",
    "full_name": "ФИО",
    "organisation_short": "Короткое наименование организации",
    "organisation_full": "Полное наименование организации",
    "head_name": "ФИО руководителя",
    "in_city": "Я из города",
    "street_id": "Улица",
    "house": "Номер дома",
    "flat": "Номер квартиры",
    "address": "Домашний адрес",
    "postcode": "Почтовый индекс",
    "phone": "Телефон",
    "snils": "СНИЛС",
    "ogrn": "ОГРН",
    "inn": "ИНН",
    # Figs. 7-8: profile
    "passport": "Серия и номер паспорта",
    "registry_number": "Номер записи в едином государственном реестре юридических лиц (ЕГРЮЛ)",
    "registry_number_ip": "Номер записи в едином государственном реестре индивидуальных предпринимателей (ЕГРИП)",
    "registry_date": "Дата внесения записи в единый государственный реестр",
    # Fig. 2: the door
    "remember": "Запомнить меня",
    # Fig. 9: change of password
    "old": "Старый пароль",
    "new": "Новый пароль",
    "repeat": "Повтор нового пароля",
    # Fig. 10: appeal
    "postal_address": "Почтовый адрес",
    "topic_id": "Тема обращения",
    "text": "Текст обращения (не более 1000 символов)",
    "document": "Документ",
    # Fig. 17: the journal of appeals
    "number": "Рег. номер",
    "registered_at": "Дата подачи обращения",
    "topic": "Вид обращения",
    "content": "Содержание",
    "status": "Статус",
    # What a move of the workflow may ask of staff
    "note": "Комментарий",
    "letter_number": "Номер письма",
    "letter_date": "Дата письма",
    "letter_file": "Файл письма",
    "until": "Новый срок",
    "addressee": "Кому перенаправлено",
    # Accounts: what staff and their owners may be asked
    "reason": "Причина",
    # Fig. 18: outages
    "begins_at": "Начало",
    "ends_at": "Конец",
    "reason_id": "Причина",
    # Columns of the staff panel
    "id": "№",
    "name": "Название",
    "title": "Название",
    "type": "Тип",
    "code": "Код",
    "display": "Как показывать",
    "district": "Район",
    "is_active": "Используется",
    "position": "Порядок",
    "amount": "Сколько",
    "unit": "Единица",
    "clause": "Пункт закона",
    "is_checked": "Проверено юристом",
    "day": "День",
    "is_working": "Рабочий",
    "version": "Редакция",
    "published_at": "Опубликовано",
    "subscriber": "Абонент",
    "applicant": "Заявитель",
    "responsible": "Ответственный",
    "due_on": "Срок",
    "role": "Роль",
    "created_at": "Создано",
    "blocked_at": "Заблокировано",
    "must_change_password": "Ждём смены пароля",
    "given_at": "Дано",
    "withdrawn_at": "Отозвано",
    "ended_at": "Завершено",
    "ip_address": "Сетевой адрес",
    "user_agent": "Браузер",
    "recipient": "Кому",
    "subject": "Тема письма",
    "state": "Состояние",
    "due_at": "Когда отправить",
    "sent_at": "Отправлено",
    "attempts": "Попытки",
    "error": "Причина",
    "at": "Когда",
    "actor": "Кто",
    "event": "Что произошло",
}

# What to enter, choose or attach, in the accusative: where it is not the label with a small first letter.
ACCUSATIVE: Final[dict[str, str]] = {
    "login": "имя пользователя",
    "password_again": "пароль ещё раз",
    "in_city": "«Да», если вы из нашего города, или «Нет»",
    "street_id": "улицу",
    "passport": "серию и номер паспорта",
    "registry_number": "номер записи",
    "registry_date": "дату записи",
    "topic_id": "тему обращения",
    "text": "текст обращения",
    "repeat": "новый пароль ещё раз",
    "letter_date": "дату письма",
    "addressee": "получателя обращения",
    "reason": "причину",
}


def accusative(name: str) -> str:
    """Return the words that follow «Введите» for a field: «улицу» for `street_id`, «телефон» for `phone`."""
    label = LABELS[name]
    is_abbreviation = label[:2].isupper()
    return ACCUSATIVE.get(name) or (label if is_abbreviation else label[0].lower() + label[1:])
