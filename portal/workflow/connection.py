"""The life of an application for technological connection (figs 12-16; ПП РФ от 27.12.2004 № 861)."""

from __future__ import annotations

from portal.workflow.table import ALL, By, Move, Status, Tone, Verdicts, Workflow

_REGISTERED = Status(
    "registered",
    "Регистрация",
    Tone.ours,
    "Заявка зарегистрирована и ждёт сотрудника. От вас ничего не требуется.",
)
_BEFORE_CONTRACT = ("registered", "checking", "documents_missing", "preparing", "terms_issued")

CONNECTION = Workflow(
    kind="connection",
    label="Заявка на технологическое присоединение",
    roles=("engineer",),
    journal="connections",
    yearly=True,
    start=_REGISTERED,
    statuses=(
        _REGISTERED,
        Status(
            "checking", "Проверка документов", Tone.ours,
            "Проверяем документы. Если чего-то не хватит, напишем, чего именно. От вас ничего не требуется.",
            term="missing_notice",
        ),
        Status(
            "documents_missing", "Ожидание недостающих документов", Tone.yours,
            "Приложите недостающие документы и нажмите «Завершить загрузку». Пока их нет, срок подготовки условий "
            "не идёт.",
            term="missing_supply", short="Ждём документы", call="Дошлите документы",
        ),
        Status(
            "preparing", "Подготовка технических условий и договора", Tone.ours,
            "Документы приняты. Готовим технические условия, условия договора и счёт. От вас ничего не требуется.",
            term="offer", short="Подготовка ТУ",
        ),
        Status(
            "terms_issued", "Технические условия выданы, ожидание оплаты", Tone.yours,
            "Прочитайте технические условия и оплатите счёт: с оплатой договор считается заключённым.",
            term="pay", short="Ждём оплату", call="Оплатите счёт",
        ),
        Status(
            "works", "Договор заключён, выполнение мероприятий", Tone.yours,
            "Мы выполняем свою часть работ, вы — свою по техническим условиям. Когда закончите, сообщите о готовности.",
            term="works", short="Выполнение мероприятий", call="Выполните условия и сообщите о готовности",
        ),
        Status(
            "ready", "Заявитель сообщил о готовности", Tone.ours,
            "Проверим, выполнены ли технические условия. Сотрудник договорится с вами о времени осмотра.",
            term="inspection", short="Готовность сообщена",
        ),
        Status(
            "works_remarks", "Замечания по выполнению технических условий", Tone.yours,
            "Устраните замечания и сообщите о готовности ещё раз.", short="Замечания по ТУ",
            call="Устраните замечания",
        ),
        Status(
            "connecting", "Фактические действия по присоединению", Tone.ours,
            "Присоединяем ваш объект к сети. От вас ничего не требуется.", short="Присоединение",
        ),
        Status(
            "act", "Оформление акта", Tone.ours,
            "Напряжение подано, акт составлен. Передаём документы сбытовой компании и готовим лицевой счёт.",
            term="copy_to_supplier",
        ),
        Status("done", "Присоединение завершено", Tone.done, "Объект присоединён к сети, лицевой счёт присвоен."),
        Status(
            "cancelled", "Аннулирована", Tone.closed,
            "Заявка закрыта. Можно подать новую на её основе, с теми же документами.",
        ),
    ),
    moves=(
        Move("take", "Взять в работу", ("registered",), "checking", By.staff),
        Move(
            "request_documents", "Запросить недостающие документы", ("registered", "checking"), "documents_missing",
            By.staff, needs=("note?", "letter_file?", "letter_number?", "letter_date?"),
            asks="Что ещё сказать заявителю", verdicts=Verdicts.returned,
            document="Уведомление о нестаче документов", paper="documents_notice",
            letter="documents_missing", pauses=("offer",), stops=("missing_notice",), starts=("missing_supply",),
        ),
        Move(
            "accept_documents", "Принять документы", ("registered", "checking"), "preparing", By.staff,
            verdicts=Verdicts.accepted, letter="documents_accepted", stops=("missing_notice",),
        ),
        Move(
            "add_documents", "Направить недостающие сведения/документы", ("documents_missing",), None, By.applicant,
            needs=("note", "documents?"), asks="Текст обращения (не более 1000 символов)", asks_for="текст обращения",
            document="Документы по запросу", done="Файл добавлен в заявку", short="Направить документы",
        ),
        Move(
            "complete_documents", "Завершить загрузку", ("documents_missing",), "checking", By.applicant,
            letter="documents_received", tells="documents_came", stops=("missing_supply", "annul_notice"),
            starts=("missing_notice", "offer"), when="has_sent_documents",
            otherwise="Сначала приложите файл или напишите, почему его нет: передавать пока нечего.",
            done="Документы переданы на проверку",
        ),
        Move(
            "issue_terms", "Выдать технические условия и счёт", ("preparing",), "terms_issued", By.staff,
            needs=("terms_number", "terms_date", "terms_file", "contract_file", "invoice_number", "invoice_sum",
                   "invoice_file", "public_buyer?", "note?"),
            asks="Пояснение заявителю", letter="terms_issued", stops=("offer",), starts=("pay",),
        ),
        Move(
            "conclude", "Отметить оплату", ("terms_issued",), "works", By.staff,
            needs=("paid_on", "paid_sum", "contract_number", "contract_date"),
            letter="contract_concluded", stops=("pay", "annul_notice"), starts=("works",),
        ),
        Move(
            "report_ready", "Сообщить о готовности", ("works", "works_remarks"), "ready", By.applicant,
            needs=("conditions_met", "wished_on?", "note?", "documents?"), asks="Что нам нужно знать",
            document="Документы о выполнении технических условий", letter="ready_reported", tells="ready_came",
            starts=("inspection",), done="Мы получили сообщение о готовности",
        ),
        Move(
            "find_remarks", "Выдать замечания", ("ready",), "works_remarks", By.staff,
            needs=("note", "letter_file?"), asks="Замечания", asks_for="замечания",
            document="Замечания по выполнению технических условий", letter="works_remarks", stops=("inspection",),
        ),
        Move(
            "inspect", "Подтвердить выполнение условий", ("ready",), "connecting", By.staff, needs=("inspected_on",),
            letter="inspection_passed", stops=("inspection",),
        ),
        Move(
            "connect_directly", "Перейти к присоединению", ("works",), "connecting", By.staff, needs=("note?",),
            asks="Пояснение заявителю", letter="inspection_passed", when="is_low_voltage",
            otherwise="При напряжении выше 0,4 кВ сначала нужно сообщение заявителя о готовности.",
        ),
        Move(
            "make_act", "Составить акт", ("connecting",), "act", By.staff,
            needs=("energised_on", "act_number", "act_date", "act_file"), letter="act_made", stops=("works",),
            starts=("copy_to_supplier",),
        ),
        Move(
            "finish", "Присвоить лицевой счёт", ("act",), "done", By.staff, needs=("account_number",),
            letter="account_assigned", stops=(ALL,),
        ),
        Move(
            "cancel", "Аннулировать", _BEFORE_CONTRACT, "cancelled", By.staff, needs=("note",), asks="Причина",
            asks_for="причину", letter="connection_cancelled", stops=(ALL,),
        ),
        Move(
            "withdraw", "Отозвать заявку", _BEFORE_CONTRACT, "cancelled", By.applicant, needs=("note",),
            asks="Причина", asks_for="причину", letter="connection_cancelled", tells="connection_withdrawn",
            stops=(ALL,),
            done="Заявка отозвана",
        ),
    ),
    path=("registered", "checking", "preparing", "terms_issued", "works", "ready", "connecting", "act", "done"),
    document="Документ к заявке",
    letter="connection_registered",
    starts=("missing_notice", "offer"),
    clocks={
        "missing_notice": By.staff,
        "missing_supply": By.applicant,
        "annul_notice": By.staff,
        "offer": By.staff,
        "pay": By.applicant,
        "works": By.staff,
        "inspection": By.staff,
        "copy_to_supplier": By.staff,
    },
    lapse="annul_notice",
)  # fmt: skip
