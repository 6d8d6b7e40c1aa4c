"""The organisation's directory (OpenLDAP, Active Directory): a person is looked up, and then bound with the password, over TLS only."""

import logging
import ssl
import uuid
from typing import Any
from urllib.parse import urlsplit

from ldap3 import NO_ATTRIBUTES, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult
from ldap3.utils.conv import escape_filter_chars

from selfbill.aggregates.account import Source, is_address
from selfbill.application.logging_in import Vouched, grants_of
from selfbill.http.login.refusals import LoginElsewhereFailed
from selfbill.settings import Settings

TIMEOUT_SECONDS = 10
"""Somebody is waiting in front of the screen."""

ATTRIBUTES = ["cn", "displayName", "mail", "entryUUID", "objectGUID"]
MOST_GROUPS = 1000

_log = logging.getLogger("selfbill.http.login")


class Directory:
    """One directory; every question has a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        assert settings.ldap_url is not None
        self._settings = settings
        parts = urlsplit(settings.ldap_url)
        self._is_tls_at_once = parts.scheme == "ldaps"
        ca_file = str(settings.ldap_ca_file) if settings.ldap_ca_file is not None else None
        self._server = Server(
            parts.hostname or "",
            port=parts.port or (636 if self._is_tls_at_once else 389),
            use_ssl=self._is_tls_at_once,
            tls=Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file),
            connect_timeout=TIMEOUT_SECONDS,
            get_info=NONE,
        )

    def vouch_for(self, name: str, password: str) -> Vouched | None:
        """Who this is, when the password is right; None where there is nobody of that name, or more than one, or it is wrong.

        An empty password is refused here: a directory takes it for no password at all and says yes (RFC 4513, section 5.1.2).
        Raises LoginElsewhereFailed when the directory cannot be asked.
        """
        if not name or not password:
            return None
        try:
            return self._ask(name, password)
        except (LDAPException, ssl.SSLError, OSError) as error:
            _log.warning("the directory could not be asked: %s", type(error).__name__)
            raise LoginElsewhereFailed from error

    def _ask(self, name: str, password: str) -> Vouched | None:
        settings = self._settings
        secret = settings.ldap_password
        with self._bound(settings.ldap_user, secret.get_secret_value() if secret is not None else None) as ours:
            wanted = settings.ldap_user_filter.format(name=escape_filter_chars(name))
            found = self._search(ours, wanted, ATTRIBUTES, most=2)
            if len(found) != 1:
                return None
            (person,) = found
            try:
                with self._bound(person["dn"], password):
                    pass
            except LDAPInvalidCredentialsResult:
                return None
            in_group = settings.ldap_group_filter.format(dn=escape_filter_chars(person["dn"]))
            groups = [_text(each, "cn") for each in self._search(ours, in_group, ["cn"], most=MOST_GROUPS)]
        email = _text(person, "mail")
        if not is_address(email):
            raise LoginElsewhereFailed
        return Vouched(
            source=Source.LDAP,
            identity=f"directory {settings.ldap_base} {_identity(person)}",
            email=email,
            name=_text(person, "displayName") or _text(person, "cn") or name,
            wanted=name.partition("@")[0],
            grants=grants_of(groups, settings.ldap_roles),
        )

    def _bound(self, user: str | None, password: str | None) -> Connection:
        """A connection on which this user is bound, nobody's where there is none; never a password before TLS."""
        connection = Connection(
            self._server,
            user=user,
            password=password,
            raise_exceptions=True,
            receive_timeout=TIMEOUT_SECONDS,
            auto_referrals=False,
        )
        connection.open()
        if not self._is_tls_at_once:
            connection.start_tls()
        connection.bind()
        return connection

    def _search(self, connection: Connection, wanted: str, attributes: list[str], *, most: int) -> list[dict[str, Any]]:
        connection.search(
            self._settings.ldap_base,
            wanted,
            SUBTREE,
            attributes=attributes or NO_ATTRIBUTES,
            size_limit=most,
            time_limit=TIMEOUT_SECONDS,
        )
        return [each for each in connection.response or [] if each["type"] == "searchResEntry"]


def _text(entry: dict[str, Any], attribute: str) -> str:
    """The first value, or nothing."""
    value = _first(entry, attribute)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _identity(entry: dict[str, Any]) -> str:
    """What stays when a person is renamed or moved: the directory's own number, or else the place."""
    guid = _first(entry, "objectGUID")
    if isinstance(guid, bytes) and len(guid) == 16:  # noqa: PLR2004 - as Active Directory has it
        return str(uuid.UUID(bytes_le=guid))
    return _text(entry, "entryUUID") or str(entry["dn"])


def _first(entry: dict[str, Any], attribute: str) -> Any:
    for name, values in entry["raw_attributes"].items():
        if name.lower() == attribute.lower():
            return values[0] if values else None
    return None
