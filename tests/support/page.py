"""A page as a person meets it, held to what every page must be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import html5lib

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

TEXTUAL = {"text", "password", "email", "tel", "date", "datetime-local", "hidden", "search", "number", ""}
INLINE = re.compile(r"""<[^>]*\s(?:style|on[a-z]+)\s*=\s*["']|["']\s*javascript:""", re.IGNORECASE)


def words(element: Element) -> str:
    """Give the text of an element as it is read, without what is there for screen readers alone."""
    parts = [element.text or ""]
    for child in element:
        hidden = "sr" in (child.get("class") or "").split() or child.get("aria-hidden") == "true"
        parts.append("" if hidden else words(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


@dataclass
class Form:
    """A form of a page, filled in by the labels that a person sees."""

    page: Page
    element: Element
    values: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for control in self.element.iter():
            name = control.get("name")
            if name and control.tag in {"input", "select", "textarea"}:
                self.values.setdefault(name, []).extend(_preset(control))

    @property
    def action(self) -> str:
        """Where it goes, without the part that only the browser sees."""
        return (self.element.get("action") or self.page.path).partition("#")[0]

    def fill(self, answers: dict[str, Any]) -> Form:
        """Answer by label: text, the words of an option, True or False for a box, (name, bytes) for a file, or several."""
        for label, answer in answers.items():
            control = self._labelled(label)
            self.values[_name(control)] = _answered(control, answer)
        return self

    def typed(self, label: str) -> str:
        """What stands in the field with this label; of a list, the code chosen."""
        return "".join(_preset(self._labelled(label)))

    def options(self, label: str) -> list[str]:
        """What the list with this label offers."""
        return [words(option) for option in self._labelled(label).iter("option")]

    def data(self, button: str) -> dict[str, Any]:
        """Give what the browser would send on pressing a button."""
        pressed = next((item for item in self.element.iter("button") if words(item) == button), None)
        assert pressed is not None, f"no button «{button}» in the form {self.action}"
        sent: dict[str, Any] = {name: values for name, values in self.values.items() if values}
        if pressed.get("name"):
            sent[pressed.get("name") or ""] = [pressed.get("value") or ""]
        return sent

    def _labelled(self, label: str) -> Element:
        for item in self.element.iter("label"):
            if words(item).removesuffix(" *") == label:
                return self.page.by_id(item.get("for") or "")
        for item in self.element.iter("fieldset"):
            legend = item.find("legend")
            if legend is not None and words(legend).removesuffix(" *") == label:
                return item
        raise AssertionError(f"no field «{label}»; there are {[words(item) for item in self.element.iter('label')]}")


class Page:
    """A parsed answer. Raises AssertionError where it is not what a page must be."""

    def __init__(self, path: str, response: TestResponse) -> None:
        self.path = path
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root: Element = parser.parse(self.text)
        self._check()

    def by_id(self, wanted: str) -> Element:
        """Find an element by its id."""
        found = next((element for element in self.root.iter() if element.get("id") == wanted), None)
        assert found is not None, f"{self.path}: no element #{wanted}"
        return found

    def words(self) -> str:
        """Everything the page says in its main part."""
        return words(next(self.root.iter("main")))

    def heading(self) -> str:
        """The page's h1."""
        return words(next(self.root.iter("h1")))

    def errors(self) -> dict[str, str]:
        """Map each field's label to the sentence beside it."""
        found = {}
        for label in [*self.root.iter("label"), *self.root.iter("legend")]:
            name = label.get("for") or ""
            beside = next(
                (e for e in self.root.iter() if e.get("id") == f"{name}-error" and e.get("hidden") is None), None
            )
            if name and beside is not None and words(beside):
                found[words(label).removesuffix(" *")] = words(beside)
        return found

    def form(self, button: str) -> Form:
        """Find the form that has a button with these words."""
        for element in self.root.iter("form"):
            if any(words(item) == button for item in element.iter("button")):
                return Form(self, element)
        raise AssertionError(f"{self.path}: no button «{button}»")

    def link(self, text: str) -> str:
        """Find the address of a link by its words."""
        found = next((a.get("href") for a in self.root.iter("a") if words(a) == text), None)
        assert found is not None, f"{self.path}: no link «{text}»"
        return found

    def table(self) -> list[list[str]]:
        """Read the first table, heads first."""
        rows = next(self.root.iter("table")).iter("tr")
        return [[words(cell) for cell in row if cell.tag in {"td", "th"}] for row in rows]

    def _check(self) -> None:
        ids = [element.get("id") for element in self.root.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), f"{self.path}: ids twice {sorted({i for i in ids if ids.count(i) > 1})}"
        assert self.root.get("lang") == "ru", f"{self.path}: language"
        assert [words(h) for h in self.root.iter("h1")], f"{self.path}: no h1"
        assert len(list(self.root.iter("h1"))) == 1, f"{self.path}: more than one h1"
        assert len(list(self.root.iter("main"))) == 1, f"{self.path}: main"
        title = words(next(self.root.iter("title")))
        assert title, f"{self.path}: no title"
        assert not INLINE.search(self.text), f"{self.path}: inline {INLINE.search(self.text)}"
        self._check_forms(set(ids))

    def _check_forms(self, ids: set[str | None]) -> None:
        labelled = {label.get("for") for label in self.root.iter("label")}
        for label in labelled - {None}:
            assert label in ids, f"{self.path}: a label for nothing: {label}"
        for form in self.root.iter("form"):
            controls = [c for c in form.iter() if c.tag in {"input", "select", "textarea"}]
            if (form.get("method") or "get").lower() == "post":
                named = [c.get("name") or "" for c in controls]
                assert any(name.endswith("csrf_token") for name in named), f"{self.path}: a form without a token"
            for control in controls:
                if control.get("type") not in {"hidden", "submit"}:
                    named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
                    assert named, f"{self.path}: a field without a label: {control.get('name')}"


def _name(control: Element) -> str:
    named = next(control.iter("input")) if control.tag == "fieldset" else control
    return named.get("name") or ""


def _preset(control: Element) -> list[str]:
    if control.tag == "textarea":
        # The first line break after <textarea> is not part of the text.
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o.get("value") or "" for o in options if o.get("selected") is not None]
        return chosen or [options[0].get("value") or ""] if options else []
    kind = control.get("type") or ""
    if kind in {"checkbox", "radio"}:
        return [control.get("value") or "on"] if control.get("checked") is not None else []
    return [control.get("value") or ""] if kind in TEXTUAL else []


def _answered(control: Element, answer: Any) -> list[Any]:
    if control.tag == "select":
        return [_option(control, answer)]
    if control.tag == "fieldset":
        label = next(item for item in control.iter("label") if words(item) == answer)
        return [next(i.get("value") for i in control.iter("input") if i.get("id") == label.get("for"))]
    if control.get("type") == "checkbox":
        return [control.get("value") or "on"] if answer else []
    if control.get("type") == "file":
        files = answer if isinstance(answer, list) else [answer]
        return [(BytesIO(content), name) for name, content in files]
    return [answer]


def _option(control: Element, text: str) -> str:
    for option in control.iter("option"):
        if words(option) == text:
            return option.get("value") or ""
    raise AssertionError(f"no option «{text}»; there are {[words(o) for o in control.iter('option')][:10]}")
