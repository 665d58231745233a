"""The fields that figures are made of: each knows its label, its check, its condition and its own sentence.

A figure declares a field in one line, `snils = SnilsField(when="fl")`. Label and noun come from `labels`; a
field is required unless `optional=True`, or `needed` names a condition of the figure that does not hold; `when`
names another, and a field whose condition does not hold is neither judged nor answered. Nothing that is sent
can make a field raise.
"""

from forms.fields.asked import Asked
from forms.fields.choices import (
    CardsField,
    ChoiceField,
    ConsentField,
    HiddenChoiceField,
    PickField,
    RowField,
    TickField,
    TicksField,
    YesNoField,
)
from forms.fields.passwords import (
    NewPasswordField,
    OneTimeCodeField,
    PasswordAgainField,
    PasswordField,
    SecondFactorField,
)
from forms.fields.tables import ChosenTable, TableField
from forms.fields.text import (
    AmountField,
    DateField,
    EmailField,
    EssayField,
    GrnField,
    InnField,
    KilowattHoursField,
    LineField,
    LoginField,
    NamedTextField,
    OgrnField,
    OkvedField,
    PassportField,
    PersonField,
    PhoneField,
    PostcodeField,
    RegisterDayField,
    RegisterNumberField,
    SnilsField,
    TextField,
    TokenField,
    titled,
)
from forms.fields.uploads import UploadField

__all__ = [
    "AmountField",
    "Asked",
    "CardsField",
    "ChoiceField",
    "ChosenTable",
    "ConsentField",
    "DateField",
    "EmailField",
    "EssayField",
    "GrnField",
    "HiddenChoiceField",
    "InnField",
    "KilowattHoursField",
    "LineField",
    "LoginField",
    "NamedTextField",
    "NewPasswordField",
    "OgrnField",
    "OkvedField",
    "OneTimeCodeField",
    "PassportField",
    "PasswordAgainField",
    "PasswordField",
    "PersonField",
    "PhoneField",
    "PickField",
    "PostcodeField",
    "RegisterDayField",
    "RegisterNumberField",
    "RowField",
    "SecondFactorField",
    "SnilsField",
    "TableField",
    "TextField",
    "TickField",
    "TicksField",
    "TokenField",
    "UploadField",
    "YesNoField",
    "titled",
]
