"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import account, appeals, auth, connections, documents, extra_services, health, home, pages, sections, uploads

_MODULES = (auth, account, home, appeals, connections, extra_services, uploads, documents, pages, sections, health)
BLUEPRINTS = tuple(module.blueprint for module in _MODULES)
