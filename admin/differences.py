"""What became of a text, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SAME, GONE, NEW = "same", "gone", "new"


def differences(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield (`SAME` | `GONE` | `NEW`, words): all of both texts, in order."""
    before, after = (re.findall(r"\S+[^\S\n]*|\s+", text) for text in (old, new))
    for what, first, last, start, end in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            yield SAME, "".join(before[first:last])
            continue
        for name, words in ((GONE, before[first:last]), (NEW, after[start:end])):
            if words:
                yield name, "".join(words)
