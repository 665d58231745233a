"""The index that staff search by: it can always be made anew from the rows it tells of (`flask search rebuild`)."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base

# Compared letter by letter on both databases, so that a beginning of a word is a range of the index.
_Word = Annotated[str, mapped_column(String().with_variant(String(collation="C"), "postgresql"), primary_key=True)]


class SearchText(Base):
    """All the words of one row, each between two blanks; `kind` is a code of `portal.search.kinds`."""

    __tablename__ = "search_texts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class SearchWord(Base):
    """A word and a row that has it: where looking for a word begins."""

    __tablename__ = "search_words"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    kind: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[_Word]
    subject_id: Mapped[int] = mapped_column(primary_key=True)


class SearchSlip(Base):
    """What a slip makes of the first letters of a word (see `portal.search.words.slips`), and the word."""

    __tablename__ = "search_slips"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    slip: Mapped[_Word]
    word: Mapped[_Word]
