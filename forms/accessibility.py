"""«Версия для слабовидящих»: how pages may look. The first of each list is the usual way."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

VIEW_CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "size": (("100", "Обычный"), ("150", "Крупный, 150 %"), ("200", "Очень крупный, 200 %")),
    "colours": (
        ("normal", "Обычные"),
        ("bw", "Чёрным по белому"),
        ("wb", "Белым по чёрному"),
        ("blue", "Тёмно-синим по голубому"),
    ),
    "spacing": (("normal", "Обычные"), ("wide", "Увеличенные")),
    "images": (("show", "Показывать"), ("hide", "Скрывать")),
    "scheme": (("auto", "Как в системе"), ("light", "Светлая"), ("dark", "Тёмная")),
}


def _radio(name: str, label: str) -> RadioField:
    return RadioField(label, choices=[SelectChoice(code, wording) for code, wording in VIEW_CHOICES[name]])


class ViewForm(FlaskForm):
    """All of it at once."""

    size = _radio("size", "Размер шрифта")
    colours = _radio("colours", "Цвета")
    spacing = _radio("spacing", "Расстояние между буквами и строками")
    images = _radio("images", "Изображения")
    scheme = _radio("scheme", "Тема")
