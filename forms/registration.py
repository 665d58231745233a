"""Figs. 3-5: registration of a person, an individual entrepreneur or a company."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, Final

from wtforms.fields import SubmitField

from forms.answers import RegistrationAnswers
from forms.base import Figure
from forms.choices import ApplicantKind, ConsentKind, YesNo
from forms.fields import (
    ChoiceField,
    ConsentField,
    EmailField,
    InnField,
    LineField,
    LoginField,
    NewPasswordField,
    OgrnField,
    PasswordAgainField,
    PersonField,
    PhoneField,
    PostcodeField,
    RowField,
    SnilsField,
    YesNoField,
)

ADDRESS_CONDITIONS: Final[dict[str, Callable[[Any], bool]]] = {
    "local": lambda form: form.in_city.data == YesNo.yes.code,
    "remote": lambda form: form.in_city.data == YesNo.no.code,
}
KIND_CONDITIONS: Final[dict[str, Callable[[Any], bool]]] = {
    "fl": lambda form: form.kind.data == ApplicantKind.fl.code,
    "ip": lambda form: form.kind.data == ApplicantKind.ip.code,
    "ul": lambda form: form.kind.data == ApplicantKind.ul.code,
    "org": lambda form: form.kind.data in {ApplicantKind.ip.code, ApplicantKind.ul.code},
}


class RegistrationForm(Figure):
    """Figs. 3-5 in one form; the kind of applicant and «Я из …» decide which fields belong to it."""

    conditions: ClassVar = KIND_CONDITIONS | ADDRESS_CONDITIONS

    kind = ChoiceField(of=ApplicantKind, default=ApplicantKind.fl.code)
    login = LoginField(description="От 3 до 40 латинских букв, цифр и знаков _, первая — буква. Например, ivanov_77")
    email = EmailField(description="Сюда придут письма о ваших обращениях и заявках")
    password = NewPasswordField(unlike=("login", "email"), description="Не короче 8 знаков")
    password_again = PasswordAgainField(of="password")
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
    ogrn = OgrnField(
        when="org",
        digits={"ul": 13, "ip": 15},
        description="13 цифр; предприниматели указывают ОГРНИП: 15 цифр",
    )
    inn = InnField(when="org", digits={"ul": 10, "ip": 12}, description="10 цифр; у предпринимателей 12")
    voluntary = ConsentField(ConsentKind.voluntary.label, noun="согласие: данные указаны вами добровольно")
    open_channels = ConsentField(
        ConsentKind.open_channels.label, noun="согласие на передачу данных по открытым каналам интернета"
    )
    personal_data = ConsentField(ConsentKind.personal_data.label, noun="согласие на обработку персональных данных")
    notices = ConsentField(ConsentKind.notices.label, noun="согласие на новости и объявления", optional=True)
    submit = SubmitField("Отправить")

    postcode_prefix = ""

    def settle(self, city_genitive: str, postcode_prefix: str, streets: Iterable[tuple[int, str]]) -> None:
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

    def answers(self) -> RegistrationAnswers:
        """Return what was filled in, after a successful validation."""
        consents = tuple(kind for kind in ConsentKind if self[kind.code].data)
        return replace(self.filled(RegistrationAnswers), consents=consents)
