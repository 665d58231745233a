"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import (
    account,
    appeals,
    auth,
    connection_form,
    connections,
    documents,
    exchange,
    extra_services,
    health,
    home,
    meters,
    notifications,
    outages,
    pages,
    reading_files,
    uploads,
)

_MODULES = (
    auth, account, home, appeals, connections, connection_form, extra_services, meters, reading_files, outages, uploads,
    documents, exchange, notifications, pages, health,
)  # fmt: skip
BLUEPRINTS = tuple(module.blueprint for module in _MODULES)
