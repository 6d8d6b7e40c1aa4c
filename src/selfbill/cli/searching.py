"""`selfbill find TEXT`: who or what a client may mean, by anything that they say of themselves."""

from selfbill.cli.opening import read_models
from selfbill.cli.terminal import Column, Terminal
from selfbill.projections.search.marks import Field
from selfbill.projections.search.query import Hit, Kind, search

COLUMNS = (
    Column("Code", "Code", keep=True),
    Column("Soort", "Kind", keep=True),
    Column("Naam", "Name"),
    Column("Postcode", "Postcode", keep=True),
    Column("Plaats", "City"),
    Column("Gevonden op", "Found by"),
)
KINDS: dict[Kind, tuple[str, str]] = {
    "customer": ("klant", "customer"),
    "freelancer": ("zzp'er", "freelancer"),
    "invoice": ("factuur", "invoice"),
}
FIELDS = {
    Field.NAME: ("naam", "name"),
    Field.REPRESENTATIVE: ("vertegenwoordiger", "representative"),
    Field.CITY: ("plaats", "city"),
    Field.STREET: ("straat", "street"),
    Field.POSTCODE: ("postcode", "postcode"),
    Field.PHONE: ("telefoon", "phone"),
    Field.EMAIL: ("e-mail", "e-mail"),
    Field.CODE: ("code", "code"),
    Field.IBAN: ("IBAN", "IBAN"),
    Field.INVOICE: ("nummer", "number"),
}


def find(terminal: Terminal, *, text: str, field: str | None, agency: str | None, limit: int, as_json: bool) -> None:
    """The likeliest first; with a field, the text is only looked for there."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        hits = (
            search(connection, text, limit=limit)
            if field is None
            else search(connection, "", limit=limit, by={Field(field): text})
        )
    if as_json:
        terminal.json({"hits": hits})
    elif hits:
        terminal.table(COLUMNS, [_row(terminal, hit) for hit in hits])
    else:
        terminal.say(
            "Niemand gevonden. Probeer een deel van de naam, de postcode of het telefoonnummer.",
            "Nobody was found. Try part of the name, the postcode or the phone number.",
        )


def _row(terminal: Terminal, hit: Hit) -> list[str]:
    found_by = "; ".join(f"{terminal.pick(*FIELDS[match.field])} {match.value}" for match in hit.matched)
    kind = terminal.pick(*KINDS[hit.kind])
    return [hit.code, kind, hit.name or "", hit.postcode or "", hit.city or "", found_by]
