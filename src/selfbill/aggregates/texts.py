"""What free text may hold, wherever a person can type it."""

from selfbill.identifiers import holds_citizen_number
from selfbill.refusals import Refusal


class CitizenNumber(Refusal):
    """No BSN exists anywhere in selfbill, so none may slip in as text (DOMAIN.md section 4)."""

    code = "citizen_number"
    nl = "In {field} staat een getal dat een burgerservicenummer kan zijn. Haal het weg; selfbill bewaart geen BSN."
    en = "{field} holds a number that can be a citizen service number (BSN). Remove it; selfbill keeps no BSN."


def refuse_citizen_number(**fields: str | None) -> None:
    """Raises CitizenNumber, naming the first of these texts that holds one."""
    for field, text in fields.items():
        if text and holds_citizen_number(text):
            raise CitizenNumber(field=field)
