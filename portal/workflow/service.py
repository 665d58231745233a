"""The life of an application for an extra service (figs 14, 17)."""

from __future__ import annotations

from portal.workflow.table import ALL, By, Move, Status, Tone, Workflow

_REGISTERED = Status(
    "registered", "Регистрация", Tone.ours, "Заявка зарегистрирована и ждёт сотрудника. От вас ничего не требуется."
)
_VISIT = ("visit_on", "visit_window", "crew_phone")
# Where the applicant is silent a clerk goes on by telephone; refusing is open until the work is done.
_TALKED = ("registered", "checking", "clarification", "agreeing")

SERVICE = Workflow(
    kind="service",
    label="Заявка на дополнительную услугу",
    roles=("operator",),
    journal="requests",
    yearly=False,
    start=_REGISTERED,
    statuses=(
        _REGISTERED,
        Status(
            "checking", "Проверка заявки", Tone.ours, "Проверяем заявку. От вас ничего не требуется.",
            term="service_answer",
        ),
        Status("clarification", "Запрошены уточнения", Tone.yours, "Ответьте на вопрос, чтобы мы продолжили."),
        Status(
            "agreeing", "Согласование даты и стоимости", Tone.yours,
            "Мы предложили дату и стоимость. Согласитесь или напишите, что изменить.",
        ),
        Status(
            "unpaid", "Ожидание оплаты", Tone.yours, "Оплатите счёт, и мы приедем в назначенный день.",
            term="service_pay",
        ),
        Status(
            "visit", "Назначен выезд", Tone.ours,
            "Мы приедем в назначенное время. Обеспечьте доступ к прибору учёта.",
        ),
        Status("worked", "Работы выполнены", Tone.done, "Работы выполнены. Акт лежит в документах."),
        Status("closed", "Закрыта", Tone.closed, "Работа по заявке завершена."),
        Status("refused", "Отказано", Tone.closed, "Мы не можем оказать услугу. Причина указана ниже."),
        Status("withdrawn", "Отозвана", Tone.closed, "Вы отозвали заявку."),
    ),
    moves=(
        Move("take", "Взять в работу", ("registered",), "checking", By.staff),
        Move(
            "ask", "Запросить уточнения", ("registered", "checking"), "clarification", By.staff, needs=("note",),
            asks="Что нужно уточнить", letter="service_clarification",
        ),
        Move(
            "offer", "Предложить дату и стоимость", ("registered", "checking", "clarification"), "agreeing", By.staff,
            needs=(*_VISIT, "cost?", "invoice_file?", "note?"), asks="Пояснение заявителю", letter="service_offered",
            stops=("service_answer",),
        ),
        Move(
            "appoint", "Назначить выезд", _TALKED, "visit", By.staff, needs=(*_VISIT, "note?"),
            asks="Пояснение заявителю", letter="service_visit", stops=("service_answer",),
        ),
        Move("mark_paid", "Отметить оплату", ("unpaid",), "visit", By.staff, needs=("paid_on", "paid_sum"),
             letter="service_visit", stops=(ALL,)),
        Move(
            "reschedule", "Перенести выезд", ("visit",), None, By.staff, needs=(*_VISIT, "note"), asks="Почему",
            asks_for="причину", letter="service_moved",
        ),
        Move(
            "do", "Работы выполнены", ("visit",), "worked", By.staff,
            needs=("act_number", "act_date", "act_file", "meter_reading?", "note?"), asks="Пояснение заявителю",
            letter="service_done", stops=(ALL,),
        ),
        Move("close", "Закрыть", ("worked",), "closed", By.staff),
        Move(
            "refuse", "Отказать", (*_TALKED, "unpaid", "visit"), "refused", By.staff, needs=("note",), asks="Причина",
            asks_for="причину", letter="service_refused", stops=(ALL,),
        ),
        Move(
            "clarify", "Ответить на вопрос", ("clarification",), "checking", By.applicant, needs=("note", "document?"),
            asks="Ваш ответ", document="Уточнение к заявке", tells="service_clarified",
        ),
        Move(
            "agree", "Согласиться", ("agreeing",), "visit", By.applicant, letter="service_visit", when="is_free",
            tells="service_agreed",
        ),
        Move(
            "agree_to_pay", "Согласиться и оплатить", ("agreeing",), "unpaid", By.applicant, letter="service_to_pay",
            when="costs", tells="service_agreed", starts=("service_pay",),
        ),
        Move(
            "ask_other_day", "Предложить другое время", ("agreeing", "visit"), "checking", By.applicant,
            needs=("note",), asks="Когда вам удобно", asks_for="удобное время", tells="service_clarified",
            starts=("service_answer",),
        ),
        Move(
            "withdraw", "Отозвать заявку", ("registered", "checking", "clarification", "agreeing", "unpaid"),
            "withdrawn", By.applicant, needs=("note?",), asks="Почему (можно не писать)", letter="service_withdrawn",
            stops=(ALL,),
        ),
        Move(
            "call_off", "Отказаться от выезда", ("visit",), "withdrawn", By.applicant, needs=("note?",),
            asks="Почему (можно не писать)", letter="service_withdrawn", tells="service_called_off", stops=(ALL,),
        ),
    ),
    path=("registered", "checking", "visit", "worked"),
    document="Документ к заявке",
    letter="service_registered",
    starts=("service_answer",),
    clocks={"service_answer": By.staff, "service_pay": By.applicant},
)  # fmt: skip
