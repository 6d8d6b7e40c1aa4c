"""Settings, from the environment (`SELFBILL_*`) and from the file `selfbill.toml` in the working directory."""

import base64
import binascii
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

KEY_BYTES = 32

_SITE = re.compile(r"'none'|'self'|https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")


class Settings(BaseSettings):
    """Everything that differs between one installation and another."""

    model_config = SettingsConfigDict(env_prefix="SELFBILL_", extra="forbid", toml_file="selfbill.toml")

    data_dir: Path = Field(
        Path(".selfbill"), description="Where the embedded server, the master key and undelivered mail live."
    )
    database_url: SecretStr | None = Field(
        None, description="A PostgreSQL 15 or newer; without it selfbill runs its own embedded server."
    )
    broker_url: SecretStr | None = Field(
        None, description="amqp://... or redis://...; without it acts run inside the process."
    )
    master_key: SecretStr | None = Field(
        None, description="32 bytes in base64 that wrap the keys of persons; without it a file in the data directory."
    )
    language: Literal["nl", "en"] = Field(
        "nl", description="The language of sentences to people where nobody chose one."
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        4, description="How many acts run at the same time in one process."
    )

    smtp_host: str | None = Field(
        None, description="The mail server; without it mail is written to DATA_DIR/mail as .eml files."
    )
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="The port of the mail server.")
    smtp_tls: Literal["none", "starttls", "implicit"] = Field(
        "starttls", description="How the conversation is encrypted; starttls never falls back to plain text."
    )
    smtp_user: str | None = Field(None, description="Who logs in to the mail server; without it nobody does.")
    smtp_password: SecretStr | None = Field(None, description="The password that goes with SMTP_USER.")
    smtp_timeout_seconds: Annotated[int, Field(ge=1, le=600)] = Field(
        30, description="How long a silent mail server is waited for."
    )
    portal_url: str = Field(
        "https://portal.example.org", description="Where customers log in; mail in privacy mode links to it."
    )

    frame_ancestors: str = Field(
        "'none'",
        description="Which sites may show the pages in a frame, as in frame-ancestors: https://intranet.example.org",
    )

    oidc_issuer: str | None = Field(
        None,
        description="The OpenID provider of the organisation, as it names itself; without it nobody logs in there.",
    )
    oidc_client_id: str | None = Field(None, description="What the OpenID provider calls this installation.")
    oidc_client_secret: SecretStr | None = Field(None, description="The secret that goes with OIDC_CLIENT_ID, if any.")
    oidc_scopes: str = Field("openid profile email", description="What the OpenID provider is asked to tell.")
    oidc_groups_claim: str = Field(
        "groups", description="The claim in which the OpenID provider lists groups or roles."
    )
    oidc_roles: dict[str, str] = Field(
        {}, description='Which role goes with which of those, as in {"7f3c-...": "servicedesk"}.'
    )

    ldap_url: str | None = Field(
        None,
        description="The directory of the organisation, ldaps://host or ldap://host (then StartTLS); without it none is asked.",
    )
    ldap_ca_file: Path | None = Field(None, description="The certificates that the directory's own is checked with.")
    ldap_user: str | None = Field(None, description="The DN of the account that looks people up.")
    ldap_password: SecretStr | None = Field(None, description="The password that goes with LDAP_USER.")
    ldap_base: str = Field("", description="The DN under which people and groups stand.")
    ldap_user_filter: str = Field(
        "(uid={name})", description="Finds a person by what is typed; (sAMAccountName={name}) in Active Directory."
    )
    ldap_group_filter: str = Field(
        "(member={dn})",
        description="Finds the groups of a person; (member:1.2.840.113556.1.4.1941:={dn}) follows groups in groups in Active Directory.",
    )
    ldap_roles: dict[str, str] = Field(
        {}, description='Which role goes with the group of which name (cn), as in {"servicedesk-staff": "servicedesk"}.'
    )

    @field_validator("frame_ancestors")
    @classmethod
    def _are_sites(cls, value: str) -> str:
        """It becomes a part of a header, so nothing else may stand in it."""
        wrong = [each for each in value.split() if not _SITE.fullmatch(each)]
        if wrong or not value.split():
            raise ValueError(
                "takes 'none', 'self', or addresses such as https://intranet.example.org with spaces between"
            )
        return " ".join(value.split())

    cookie_secure: bool = Field(
        default=True, description="Cookies over HTTPS only; false is for trying things out on plain HTTP."
    )
    session_idle_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        60, description="After so long without use somebody has to log in again."
    )
    session_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        12, description="After so long somebody has to log in again, used or not."
    )

    @field_validator("data_dir")
    @classmethod
    def _at_home(cls, value: Path) -> Path:
        """A file of settings knows no shell that would replace the ~."""
        return value.expanduser()

    @field_validator("master_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                key = base64.b64decode(value.get_secret_value(), validate=True)
            except binascii.Error as error:
                raise ValueError("is not base64; make one with: openssl rand -base64 32") from error
            if len(key) != KEY_BYTES:
                raise ValueError(
                    f"holds {len(key)} bytes instead of {KEY_BYTES}; make one with: openssl rand -base64 32"
                )
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - given by the library
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
