"""What free text may hold, wherever a person can type it, and what people call the field."""

from collections.abc import Mapping

from selfbill.identifiers import holds_citizen_number
from selfbill.refusals import Refusal, Words


class CitizenNumber(Refusal):
    """No BSN exists anywhere in selfbill, so none may slip in as text (DOMAIN.md section 4)."""

    code = "citizen_number"
    nl = "In het veld {field} staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN."
    en = (
        "The field {field} holds a number that can be a citizen service number (BSN). Remove it; selfbill keeps no BSN."
    )


_FIELDS = (
    Words("city", "plaats", "city"),
    Words("code", "code", "code"),
    Words("description", "omschrijving", "description"),
    Words("email", "e-mailadres", "e-mail address"),
    Words("evidence", "onderbouwing", "evidence"),
    Words("house_number", "huisnummer", "house number"),
    Words("iban", "IBAN", "IBAN"),
    Words("kvk", "KvK-nummer", "KvK number"),
    Words("name", "naam", "name"),
    Words("number_prefix", "voorvoegsel", "number prefix"),
    Words("payment_days", "betaaltermijn", "payment term"),
    Words("postcode", "postcode", "postcode"),
    Words("reason", "reden", "reason"),
    Words("reference", "kenmerk", "reference"),
    Words("representative_email", "e-mailadres vertegenwoordiger", "representative's e-mail address"),
    Words("representative_name", "naam vertegenwoordiger", "representative's name"),
    Words("street", "straat", "street"),
    Words("text", "tekst", "text"),
    Words("trade_name", "handelsnaam", "trade name"),
    Words("vat_id", "btw-id", "VAT id"),
)
_WORDS: Mapping[str, Words] = {str(field): field for field in _FIELDS}


def word_for(field: str) -> Words:
    """The field as a person calls it; its own name when nobody gave it another."""
    return _WORDS.get(field, Words(field, field, field))


def refuse_citizen_number(**fields: str | None) -> None:
    """Raises CitizenNumber, naming the first of these texts that holds one."""
    for field, text in fields.items():
        if text and holds_citizen_number(text):
            raise CitizenNumber(field=word_for(field))
