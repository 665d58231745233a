"""What the figures about a person or firm share: who one is (figs. 3-5, 7-8), and where to be found."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

from forms.base import Figure
from forms.choices import ApplicantKind, YesNo
from forms.fields import (
    ChoiceField,
    EmailField,
    GrnField,
    InnField,
    LineField,
    LoginField,
    NewPasswordField,
    OgrnField,
    PassportField,
    PasswordAgainField,
    PersonField,
    PhoneField,
    PostcodeField,
    RegisterDayField,
    RowField,
    SnilsField,
    YesNoField,
)

ADDRESS_CONDITIONS: Final[dict[str, Callable[[Any], bool]]] = {
    "local": lambda form: form.in_city.data == YesNo.yes.code,
    "remote": lambda form: form.in_city.data == YesNo.no.code,
}
KIND_CONDITIONS: Final[dict[str, Callable[[Any], bool]]] = {
    "fl": lambda form: form.kind_code == ApplicantKind.fl.code,
    "ip": lambda form: form.kind_code == ApplicantKind.ip.code,
    "ul": lambda form: form.kind_code == ApplicantKind.ul.code,
    "org": lambda form: form.kind_code in {ApplicantKind.ip.code, ApplicantKind.ul.code},
}
_LATER: Final = "Понадобится для заявки на технологическое присоединение"


class ApplicantFigure(Figure):
    """All that the company asks about an applicant, in the manual's order: a figure drops the rest, `snils = None`.

    The kind of applicant and «Я из …» decide which fields belong to the form.
    """

    conditions: ClassVar = KIND_CONDITIONS | ADDRESS_CONDITIONS

    kind: Any = ChoiceField(of=ApplicantKind, default=ApplicantKind.fl.code)
    login: Any = LoginField(
        description="От 3 до 40 латинских букв, цифр и знаков _, первая — буква. Например, ivanov_77"
    )
    email = EmailField(description="Сюда придут письма о ваших обращениях и заявках")
    password: Any = NewPasswordField(unlike=("login", "email"), description="Не короче 8 знаков")
    password_again: Any = PasswordAgainField(of="password")
    full_name = PersonField(when="fl", description="Как в паспорте: фамилия, имя, отчество")
    organisation_short = LineField(when="org", limit=150, render_kw={"autocomplete": "organization"})
    organisation_full = LineField(when="org", limit=500)
    head_name = PersonField(when="org")
    in_city = YesNoField(default=YesNo.yes.code)
    street_id = RowField(when="local", first="-Выберите улицу-")
    house = LineField(when="local", limit=25, description="Вместе с корпусом или строением. Например, 12 к. 1")
    flat = LineField(when="local", limit=20, optional=True)
    address = LineField(
        when="remote",
        limit=300,
        description="Область, населённый пункт, улица, дом, квартира",
        render_kw={"autocomplete": "street-address"},
    )
    postcode = PostcodeField(description="6 цифр")
    phone = PhoneField(description="Например, +7 (900) 000-00-01")
    snils = SnilsField(when="fl", description="11 цифр. Например, 112-233-445 95")
    # The manual stars passport and record, but registers people without them: whoever has not given them yet
    # must be able to save a new telephone, so they wait, without a star, for the application that needs them.
    passport: Any = PassportField(when="fl", optional=True, description=_LATER)
    ogrn = OgrnField(
        when="org",
        digits={"ul": 13, "ip": 15},
        description="13 цифр; предприниматели указывают ОГРНИП: 15 цифр",
    )
    inn = InnField(when="org", digits={"ul": 10, "ip": 12}, description="10 цифр; у предпринимателей 12")
    registry_number: Any = GrnField(when="org", digits={"ul": 13, "ip": 15}, optional=True, description=_LATER)
    registry_date: Any = RegisterDayField(when="org", optional=True, description=_LATER)

    postcode_prefix = ""

    @property
    def kind_code(self) -> Any:
        """The code of the kind of applicant that the form is about."""
        return self.kind.data

    def lay_city(self, city_genitive: str, postcode_prefix: str, streets: Iterable[tuple[int, str]]) -> None:
        """Lay in what belongs to the city: «Я из Воронежа», the beginning of its postcodes, its streets."""
        self.in_city.label.text = f"Я из {city_genitive}"
        self.in_city.noun = f"«Да», если вы из {city_genitive}, или «Нет»"
        self.postcode_prefix = postcode_prefix
        self.street_id.lay(streets)

    def warn(self) -> Iterator[tuple[str, str]]:
        """Point to a postcode of another region under «Я из …: Да»; it may be right, so it is not refused."""
        typed = str(self.postcode.data or "")
        is_foreign = bool(typed) and not typed.startswith(self.postcode_prefix)
        if self.holds("local") and is_foreign and not self.postcode.errors:
            advice = f"Проверьте индекс: в городе они начинаются с {self.postcode_prefix}"
            yield "postcode", f"{advice}. Если он верен, оставьте как есть"
