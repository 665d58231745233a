"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import (
    account,
    appeals,
    auth,
    connection_form,
    connections,
    documents,
    extra_services,
    health,
    home,
    meters,
    outages,
    pages,
    reading_files,
    sections,
    uploads,
)

_MODULES = (
    auth, account, home, appeals, connections, connection_form, extra_services, meters, reading_files, outages, uploads,
    documents, pages, sections, health,
)  # fmt: skip
BLUEPRINTS = tuple(module.blueprint for module in _MODULES)
