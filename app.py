"""Wires the house together. Nobody imports it."""

from __future__ import annotations

import sys

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import admin
from portal import access, chrome, errors
from portal.extensions import babel, compress, csrf, db, limiter, login_manager, mail
from portal.settings import ROOT, Settings, SettingsError
from portal.storage import Storage
from portal.views import BLUEPRINTS


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application with its command line; settings come from the environment unless given."""
    from portal import cli  # brings Alembic along: half a second that a server's worker need not spend

    app = web(settings)
    cli.init_app(app)
    return app


def worker() -> Flask:
    """Make the application in a worker of the web server."""
    from portal import server

    server.become_worker()
    return web()


def web(settings: Settings | None = None) -> Flask:
    """Make the application as the web server runs it."""
    try:
        settings = settings or Settings.from_env()
    except SettingsError as error:
        sys.exit(f"Setting refused: {error}")
    app = Flask(__name__, static_folder="portal/static", instance_path=str(settings.instance))
    app.config.from_mapping(settings.for_flask())
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.trusted_proxies] * 4)  # type: ignore[method-assign]
    app.extensions["storage"] = Storage(settings.uploads, ROOT)

    chrome.init_app(app)  # names the request before anything can refuse it
    for extension in (db, babel, compress, csrf, limiter, login_manager, mail):
        extension.init_app(app)
    app.before_request(access.guard)
    access.open_endpoint(app, "static", access.EVERYONE)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.init_app(app)
    admin.init_app(app)
    return app
