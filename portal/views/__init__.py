"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import account, appeals, auth, documents, health, home, outages, pages, sections, uploads

_MODULES = (auth, account, home, appeals, uploads, documents, outages, pages, sections, health)
BLUEPRINTS = tuple(module.blueprint for module in _MODULES)
