"""The documents of fig. 12: what each is called, when it is demanded, and what to attach.

The one table that the form, the server's check, the subscriber's page and the staff's card all read. The company may
not demand other papers: whatever is not demanded here never blocks an application (ПП РФ № 861, п. 10).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from forms.choices import ApplicantKind, Circumstance, ConnectionService


class Need(StrEnum):
    """How much a paper is wanted."""

    required = "required"
    welcome = "welcome"
    unasked = "unasked"


@dataclass(frozen=True)
class Paper:
    """One kind of document.

    `noun` follows «Приложите»; `hint` is behind «Подробнее...». `needed` holds where everybody brings it; `by` are
    circumstances each of which demands it; `firms` where it is asked of ИП and ЮЛ alone; `services` narrows it to
    some services. A paper that nothing demands is welcome.
    """

    code: str
    label: str
    noun: str
    hint: str
    needed: bool = False
    by: tuple[Circumstance, ...] = ()
    firms: bool = False
    services: tuple[ConnectionService, ...] = tuple(ConnectionService)
    extra: bool = False

    @property
    def please(self) -> str:
        """Ask for it."""
        return f"Приложите {self.noun}"

    def need(self, service: str, kind: str, circumstances: Collection[str]) -> Need:
        """Tell how much it is wanted of such an applicant for such a service; all three are codes."""
        if (self.firms and kind == ApplicantKind.fl.code) or service not in {one.code for one in self.services}:
            return Need.unasked
        if self.needed or any(one.code in circumstances for one in self.by):
            return Need.required
        return Need.welcome if not self.by else Need.unasked


_ALL: Final = (
    Paper(
        "plan",
        "План расположения энергопринимающих устройств",
        "план расположения энергопринимающих устройств",
        "Схема участка или здания, где показано, куда подвести электричество: можно нарисовать поверх выписки ЕГРН или "
        "карты, с привязкой к улицам.",
        needed=True,
    ),
    Paper(
        "scheme",
        "Однолинейная схема электрических сетей заявителя",
        "однолинейную схему",
        "Нужна тем, кто присоединяется к сетям 35 кВ и выше. Остальным — по желанию: с ней условия готовят быстрее.",
    ),
    Paper(
        "equipment",
        "Перечень и мощность энергопринимающих устройств",
        "перечень и мощность энергопринимающих устройств",
        "Нужен, только если оборудование подключат под противоаварийную автоматику.",
        by=(Circumstance.emergency_automation,),
    ),
    Paper(
        "ownership",
        "Копия документа, подтверждающего право собственности или иное",
        "копию документа о праве на объект",
        "Выписка из ЕГРН, договор купли-продажи, аренды или другой документ о праве на объект либо участок.",
        needed=True,
    ),
    Paper(
        "extract",
        "Выписка",
        "выписку из ЕГРЮЛ или ЕГРИП",
        "Выписка из ЕГРЮЛ для организаций, из ЕГРИП для предпринимателей. Подойдёт файл с сайта налоговой службы.",
        needed=True,
        firms=True,
    ),
    Paper(
        "consent",
        "Согласие",
        "согласие собственников",
        "Согласие остальных собственников, собственников помещений дома или председателя товарищества.",
        by=(Circumstance.shared_ownership, Circumstance.block_room, Circumstance.gardeners),
    ),
    Paper(
        "plots",
        "Справка о количестве земельных участков",
        "справку о количестве земельных участков",
        "Для садоводческих и огороднических товариществ: сколько участков и чьи они, за подписью председателя.",
        by=(Circumstance.gardeners,),
    ),
    Paper(
        "garages",
        "Справка о количестве гаражей либо иных объектов",
        "справку о количестве гаражей",
        "Для гаражных кооперативов: сколько гаражей и чьи они, за подписью председателя.",
        by=(Circumstance.garages,),
    ),
    Paper(
        "contract",
        "Проект договора энергоснабжения (купли-продажи (поставки) электрической энергии (мощности)) или протокол "
        "разногласий к проекту договора",
        "проект договора или протокол разногласий",
        "По желанию: если хотите изменить типовые условия договора со сбытовой компанией.",
    ),
    Paper(
        "generation",
        "Схема выдачи мощности или схема внешнего электроснабжения",
        "схему выдачи мощности",
        "Нужна, если на объекте есть своя генерация.",
        by=(Circumstance.generation,),
        services=(ConnectionService.firm_150,),
    ),
    Paper(
        "passport_copy",
        "Копия паспорта",
        "копию паспорта",
        "По желанию. Разворот с фотографией и страница с пропиской.",
        extra=True,
    ),
    Paper(
        "authority",
        "Доверенность",
        "доверенность",
        "Если заявку подаёт представитель.",
        extra=True,
    ),
    Paper(
        "permanent",
        "Договор присоединения по постоянной схеме",
        "договор присоединения по постоянной схеме",
        "По желанию, для временного присоединения: если постоянное уже оформляется.",
        services=(ConnectionService.temporary,),
        extra=True,
    ),
    Paper(
        "earlier",
        "Документы о ранее присоединённой мощности",
        "документы о ранее присоединённой мощности",
        "По желанию: акт о присоединении или другой документ, если объект уже присоединён.",
        extra=True,
    ),
)
PAPERS: Final[dict[str, Paper]] = {paper.code: paper for paper in _ALL}


def wanted(service: str, kind: str, circumstances: Collection[str]) -> dict[str, Need]:
    """Tell of every paper how much it is wanted, by its code, in the manual's order."""
    return {code: paper.need(service, kind, circumstances) for code, paper in PAPERS.items()}


def missing(service: str, kind: str, circumstances: Collection[str], given: Collection[str]) -> list[Paper]:
    """List the papers that are demanded and not among the codes given."""
    needs = wanted(service, kind, circumstances)
    return [PAPERS[code] for code, need in needs.items() if need is Need.required and code not in given]
