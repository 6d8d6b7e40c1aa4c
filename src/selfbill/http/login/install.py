"""Putting the login into an application."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from selfbill.http.login import account_pages, elsewhere, routes
from selfbill.http.login.gate import LoginCookies, LoginGate


def install_login(app: FastAPI, gate: LoginGate) -> None:
    """The application asks this gate who is there, and has the pages on which people log in.

    What adds cookies and stops other sites' forms goes innermost: whatever stands around every answer also stands around its.
    """
    app.state.gate = gate
    app.user_middleware.append(Middleware(LoginCookies))
    app.include_router(routes.router)
    app.include_router(elsewhere.router)
    app.include_router(account_pages.router)
