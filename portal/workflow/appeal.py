"""The life of an appeal (fig. 10, 17)."""

from __future__ import annotations

from portal.workflow.table import ALL, By, Move, Status, Tone, Workflow

_REGISTERED = Status(
    "registered",
    "Регистрация",
    Tone.ours,
    "Обращение зарегистрировано и ждёт сотрудника. От вас ничего не требуется.",
)

APPEAL = Workflow(
    kind="appeal",
    label="Обращение",
    roles=("operator",),
    journal="requests",
    yearly=False,
    start=_REGISTERED,
    statuses=(
        _REGISTERED,
        Status("in_work", "На рассмотрении", Tone.ours, "Сотрудник готовит ответ. От вас ничего не требуется."),
        Status("clarification", "Запрошены уточнения", Tone.yours, "Ответьте на вопрос, чтобы мы продолжили.",
               call="Ответьте на вопрос"),
        Status("extended", "Срок продлён", Tone.ours, "Ответ готовится дольше обычного. От вас ничего не требуется."),
        Status("redirected", "Перенаправлено", Tone.closed, "Вопрос решает другая организация, мы передали его ей."),
        Status("answered", "Ответ направлен", Tone.done, "Прочитайте ответ. Если не согласны, напишите об этом."),
        Status("closed", "Закрыто", Tone.closed, "Работа по обращению завершена."),
        Status("withdrawn", "Отозвано", Tone.closed, "Вы отозвали обращение."),
    ),
    moves=(
        Move("take", "Взять в работу", ("registered",), "in_work", By.staff),
        Move(
            "answer", "Ответить", ("registered", "in_work", "extended"), "answered", By.staff,
            needs=("note|letter_file", "letter_number?", "letter_date?"), asks="Текст ответа",
            document="Ответ на обращение",
            letter="appeal_answered", stops=(ALL,),
        ),
        Move(
            "ask", "Запросить уточнения", ("registered", "in_work", "extended"), "clarification", By.staff,
            needs=("note",), asks="Что нужно уточнить", letter="appeal_clarification",
        ),
        Move(
            "extend", "Продлить срок", ("in_work",), "extended", By.staff,
            needs=("until", "note"), asks="Почему нужно больше времени", letter="appeal_extended",
            extends="appeal_extension", once=True,
        ),
        Move(
            "redirect", "Перенаправить", ("registered", "in_work", "extended"), "redirected", By.staff,
            needs=("addressee", "note?"), asks="Пояснение", letter="appeal_redirected", stops=(ALL,),
        ),
        Move("close", "Закрыть", ("answered",), "closed", By.staff),
        Move(
            "clarify", "Ответить на вопрос", ("clarification",), "in_work", By.applicant,
            needs=("note", "document?"), asks="Ваш ответ", document="Уточнение к обращению",
        ),
        Move(
            "disagree", "Не согласен с ответом", ("answered",), "in_work", By.applicant,
            needs=("note", "document?"), asks="С чем вы не согласны",
            document="Возражение на ответ",
            starts=("appeal_answer",), once=True, within="appeal_disagreement",
        ),
        Move(
            "withdraw", "Отозвать обращение", ("registered", "in_work", "extended", "clarification"), "withdrawn",
            By.applicant, needs=("note?",), asks="Почему (можно не писать)", letter="appeal_withdrawn", stops=(ALL,),
        ),
    ),
    path=("registered", "in_work", "answered"),
    document="Документ к обращению",
    letter="appeal_registered",
    starts=("appeal_answer",),
    clocks={"appeal_answer": By.staff},
)  # fmt: skip
