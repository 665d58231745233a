"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import (
    account,
    appeals,
    auth,
    connections,
    documents,
    exchange,
    extra_services,
    health,
    home,
    notifications,
    pages,
    sections,
    uploads,
)

_MODULES = (auth, account, home, appeals, connections, extra_services, uploads, documents, exchange, notifications)
_MODULES += (pages, sections, health)
BLUEPRINTS = tuple(module.blueprint for module in _MODULES)
