"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import (
    account,
    appeals,
    auth,
    documents,
    health,
    home,
    meters,
    pages,
    reading_files,
    sections,
    uploads,
)

_MODULES = (auth, account, home, appeals, meters, reading_files, uploads, documents, pages, sections, health)
BLUEPRINTS = tuple(module.blueprint for module in _MODULES)
