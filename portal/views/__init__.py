"""The cabinet's pages: a blueprint per item of the menu."""

from portal.views import appeals, auth, documents, health, home, pages, sections, uploads

BLUEPRINTS = tuple(module.blueprint for module in (auth, home, appeals, uploads, documents, pages, sections, health))
