"""The Flask extensions, made once and bound to the application in `portal.create`."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_mail import Mail
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from portal.database import Base


class Visitors(LoginManager):  # type: ignore[misc]
    """Flask-Login, to which any remembered cookie may come."""

    def _load_user_from_remember_cookie(self, cookie: str) -> Any:  # noqa: ANN401
        try:
            return super()._load_user_from_remember_cookie(cookie)
        except TypeError:  # a signature with other letters than Latin ones: nobody's
            return None


class Tokens(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF, to which any body may come."""

    def _get_csrf_token(self) -> str | None:
        # A part without a name is no field, and the library trips over it.
        return None if None in request.form else super()._get_csrf_token()


# Rows that a page shows are read once: a commit does not make them stale for the rest of that page.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
babel = Babel()
compress = Compress()
csrf = Tokens()
limiter = Limiter(key_func=get_remote_address)
login_manager = Visitors()
mail = Mail()
