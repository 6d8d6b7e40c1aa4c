"""Logging in with the name and password of the organisation's directory, against a real OpenLDAP over TLS."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from selfbill.aggregates.account import Source
from selfbill.application import users
from selfbill.application.passwords import hash_password
from selfbill.values import UserCode
from web.login.conftest import PASSWORD, MakePortal, Portal

ROOT = Path(__file__).parents[3]
BASE = "dc=example,dc=org"
ADMIN = f"cn=admin,{BASE}"
FAILED = "Het inloggen via uw organisatie is niet gelukt."
PEOPLE = {"anna": "Anna Visser", "bob": "Bob (IT) * Vos", "carl": "Carl"}


class Slapd(msgspec.Struct, frozen=True):
    """A running directory: with TLS at once, with StartTLS, and what its certificate is checked with."""

    ldaps: str
    ldap: str
    ca_file: Path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> None:
    """One that signs itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def entries() -> str:
    """The people and groups, as LDIF."""
    lines = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n"]
    for uid, name in PEOPLE.items():
        lines.append(
            f"dn: uid={uid},{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: {uid}\n"
            f"mail: {uid}@bureau.example.org\nuserPassword: {PASSWORD}\n"
        )
    for group, members in {"desk": ["anna", "bob"], "books": ["bob"], "other": ["carl"]}.items():
        member = "\n".join(f"member: uid={uid},{BASE}" for uid in members)
        lines.append(f"dn: cn={group},{BASE}\nobjectClass: groupOfNames\ncn: {group}\n{member}\n")
    return "\n".join(lines)


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """OpenLDAP of the machine, or one that was unpacked into build/openldap; skipped without."""
    unpacked = ROOT / "build" / "openldap"
    root = unpacked if (unpacked / "usr/sbin/slapd").exists() else Path("/")
    program = shutil.which("slapd", path=f"{root}/usr/sbin:/usr/sbin:/usr/local/libexec")
    if program is None:
        pytest.skip("no slapd (OpenLDAP) for the directory")
    folder = tmp_path_factory.mktemp("slapd")
    (folder / "data").mkdir()
    certificate(folder)
    schema, modules = root / "etc/ldap/schema", root / "usr/lib/ldap"
    (folder / "slapd.conf").write_text(
        "\n".join(
            [
                *(f"include {schema}/{each}.schema" for each in ("core", "cosine", "inetorgperson")),
                f"modulepath {modules}\nmoduleload back_mdb",
                f"TLSCertificateFile {folder}/cert.pem\nTLSCertificateKeyFile {folder}/key.pem",
                f'database mdb\nsuffix "{BASE}"\nrootdn "{ADMIN}"\nrootpw admin-secret\ndirectory {folder}/data',
                "security simple_bind=128",
            ]
        )
    )
    libraries = str(root / "usr/lib/x86_64-linux-gnu")
    environment = {**os.environ, **({"LD_LIBRARY_PATH": libraries} if root == unpacked else {})}
    (folder / "people.ldif").write_text(entries())
    subprocess.run(
        [program, "-T", "add", "-f", f"{folder}/slapd.conf", "-l", f"{folder}/people.ldif"],
        env=environment,
        check=True,
        capture_output=True,
    )
    ldaps, ldap = free_port(), free_port()
    listening = f"ldaps://127.0.0.1:{ldaps} ldap://127.0.0.1:{ldap}"
    command = [program, "-f", f"{folder}/slapd.conf", "-h", listening, "-d", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", ldap)) == 0:
                    break
            time.sleep(0.05)
        yield Slapd(f"ldaps://127.0.0.1:{ldaps}", f"ldap://127.0.0.1:{ldap}", folder / "cert.pem")
        process.terminate()


@pytest.fixture
def settings(slapd: Slapd) -> dict[str, Any]:
    """An installation that asks this directory."""
    return {
        "ldap_url": slapd.ldaps,
        "ldap_ca_file": slapd.ca_file,
        "ldap_user": ADMIN,
        "ldap_password": SecretStr("admin-secret"),
        "ldap_base": BASE,
        "ldap_roles": {"desk": "servicedesk", "books": "auditor"},
    }


@pytest.fixture
def portal(make_portal: MakePortal, settings: dict[str, Any]) -> Portal:
    return make_portal(**settings)


def test_who_is_in_the_directory_gets_in_with_the_roles_of_the_groups(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.log_in("anna")
    assert answer.status_code == 303, answer.text
    assert browser.who() == "user:anna servicedesk"
    user = portal.accounts.user("anna")
    assert (user.source, user.name, user.email) == (Source.LDAP, "Anna Visser", "anna@bureau.example.org")
    again = portal.browser()
    again.log_in("ANNA")
    assert again.who() == "user:anna servicedesk"
    bob = portal.browser()
    bob.log_in("bob")
    assert bob.who() == "user:bob auditor servicedesk"


def test_over_starttls_as_well(make_portal: MakePortal, settings: dict[str, Any], slapd: Slapd) -> None:
    browser = make_portal(**{**settings, "ldap_url": slapd.ldap}).browser()
    browser.log_in("anna")
    assert browser.who() == "user:anna servicedesk"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "wrong"),
        ("anna", ""),
        ("nobody", PASSWORD),
        ("*", PASSWORD),
        ("ann*", PASSWORD),
        ("anna)(uid=*", PASSWORD),
        ("*)(|(uid=anna", PASSWORD),
        ("anna\x00", PASSWORD),
        (f"uid=anna,{BASE}", PASSWORD),
    ],
)
def test_anybody_else_hears_what_everybody_hears(portal: Portal, name: str, password: str) -> None:
    browser = portal.browser()
    answer = browser.log_in(name, password)
    assert answer.status_code == 422
    assert browser.who() == "nobody"
    assert portal.accounts.all() == []
    if password:
        assert "De naam of het wachtwoord klopt niet." in answer.text


def test_without_a_role_nobody_gets_in(portal: Portal) -> None:
    answer = portal.browser().log_in("carl")
    assert answer.status_code == 422
    assert "U heeft hier geen rol." in answer.text
    assert portal.accounts.all() == []


def test_guessing_waits_here_too(portal: Portal) -> None:
    browser = portal.browser()
    assert [browser.log_in("anna", "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    assert browser.log_in("anna").status_code == 429


def test_who_is_disabled_here_stays_out(portal: Portal) -> None:
    browser = portal.browser()
    browser.log_in("anna")
    users.disable_user(portal.accounts, user=UserCode("anna"), reason="x")
    assert browser.who() == "nobody"
    assert browser.log_in("anna").status_code == 422
    assert browser.who() == "nobody"


def test_a_local_account_is_not_asked_of_the_directory(portal: Portal) -> None:
    portal.join("anna")
    users.set_hash(portal.accounts, UserCode("anna"), hash_password(PASSWORD + "2"))
    browser = portal.browser()
    assert browser.log_in("anna").status_code == 422
    assert browser.log_in("anna", PASSWORD + "2").status_code == 303


@pytest.mark.parametrize(
    "changed",
    [
        {"ldap_ca_file": None},
        {"ldap_password": SecretStr("wrong")},
        {"ldap_url": "ldaps://127.0.0.1:1"},
        {"ldap_url": "ldap://127.0.0.1:1"},
    ],
)
def test_a_directory_that_cannot_be_trusted_or_asked_lets_nobody_in(
    make_portal: MakePortal, settings: dict[str, Any], changed: dict[str, Any]
) -> None:
    portal = make_portal(**{**settings, **changed})
    browser = portal.browser()
    answer = browser.log_in("anna")
    assert answer.status_code == 403
    assert FAILED in answer.text
    assert browser.who() == "nobody"


def test_a_certificate_for_another_host_is_refused(
    make_portal: MakePortal, settings: dict[str, Any], slapd: Slapd
) -> None:
    elsewhere = slapd.ldaps.replace("127.0.0.1", "localhost")
    assert FAILED in make_portal(**{**settings, "ldap_url": elsewhere}).browser().log_in("anna").text
