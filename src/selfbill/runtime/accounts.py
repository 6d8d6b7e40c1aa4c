"""Accounts of an agency, put together: the office, the tables around logging in, and the mails that let somebody in."""

import datetime as dt
from urllib.parse import urlencode

import msgspec

from selfbill.aggregates.account import User
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.party import UnknownParty
from selfbill.application.office import Office
from selfbill.application.users import Accounts, mail_link
from selfbill.clock import Clock
from selfbill.documents.account_mails import invitation_mail, reset_mail
from selfbill.documents.mail import Mailbox
from selfbill.policies.correspondence import NoAddress, cover, notice_id
from selfbill.runtime.house import House
from selfbill.store.logins import INVITATION_LASTS, RESET_LASTS, Purpose
from selfbill.store.sessions import Sessions, Terms, hashed

LINK_PATH = "/login/link"
"""Where a link that was mailed leads, behind the portal's address."""


def accounts_of(house: House, *, by: str, cause: str, clock: Clock | None = None) -> Accounts:
    """The accounts of this agency, on behalf of somebody, with the terms of the settings."""
    settings = house.settings
    terms = Terms(
        idle=dt.timedelta(minutes=settings.session_idle_minutes), longest=dt.timedelta(hours=settings.session_hours)
    )
    office: Office = house.office(clock, by=by, cause=cause)
    return Accounts(office, house.store, house.pool, Sessions(house.pool, terms))


def send_link(house: House, accounts: Accounts, *, user: User, purpose: Purpose) -> None:
    """Mails this user a link with which a password is chosen; older links hold no longer.

    Raises UnknownParty while the agency is not set up, NoAddress, what `mail_link` refuses, and what the post raises.
    """
    agency: Agency = accounts.office.streams.load(AGENCY).state
    if agency.details is None:
        raise UnknownParty(code=house.agency)
    if user.email is None:
        raise NoAddress(party=user.code)
    token = mail_link(accounts, user=user, purpose=purpose)
    outside = cover(
        agency,
        Mailbox(user.email, user.name or ""),
        message_id=notice_id(agency, purpose, hashed(token).hex()[:32]),
        sent_at=accounts.now,
    )
    style = msgspec.structs.replace(outside.house_style, language=user.language)
    outside = msgspec.structs.replace(outside, house_style=style)
    link = f"{house.settings.portal_url.rstrip('/')}{LINK_PATH}?{urlencode({'agency': house.agency, 'token': token})}"
    if purpose == "invitation":
        mail = invitation_mail(outside, name=user.name or "", user=user.code, link=link, lasts=INVITATION_LASTS)
    else:
        mail = reset_mail(outside, name=user.name or "", link=link, lasts=RESET_LASTS)
    house.post.send(mail)
