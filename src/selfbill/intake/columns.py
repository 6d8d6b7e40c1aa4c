"""The files of an agency's folder: which columns each has, and by which Dutch names they are accepted too."""

import msgspec


class Columns(msgspec.Struct, frozen=True):
    """The columns of one file; `optional` ones may be absent, the others may not."""

    required: tuple[str, ...]
    aliases: dict[str, str]
    optional: tuple[str, ...] = ()

    def canonical(self, name: str) -> str | None:
        """The column that is meant by this name in a header; None when it is unknown."""
        plain = " ".join(name.split()).casefold()
        plain = self.aliases.get(plain, plain)
        return plain if plain in self.required or plain in self.optional else None


_CONTACT = {
    "naam": "name",
    "e-mail": "email",
    "telefoon": "phone",
    "straat": "street",
    "huisnummer": "house_number",
    "plaats": "city",
    "btw-id": "vat_id",
}

FILES: dict[str, Columns] = {
    "surcharges.csv": Columns(
        ("table", "valid_from", "days", "from", "until", "percent"),
        {
            "tabel": "table",
            "ingangsdatum": "valid_from",
            "dagen": "days",
            "van": "from",
            "tot": "until",
            "percentage": "percent",
        },
    ),
    "holidays.csv": Columns(("date", "name"), {"datum": "date", "naam": "name"}),
    "freelancers.csv": Columns(
        (
            *("code", "name", "trade_name", "email", "phone", "street", "house_number", "postcode", "city"),
            *("kvk", "vat_id", "iban", "number_prefix", "next_number", "mandate_from", "mandate_until"),
        ),
        {
            **_CONTACT,
            "handelsnaam": "trade_name",
            "voorvoegsel": "number_prefix",
            "volgnummer": "next_number",
            "machtiging_van": "mandate_from",
            "machtiging_tot": "mandate_until",
        },
    ),
    "customers.csv": Columns(
        (
            *("code", "kind", "name", "email", "phone", "street", "house_number", "postcode", "city"),
            *("representative_name", "representative_email", "representative_phone", "iban", "direct_debit"),
            *("delivery", "payment_days", "invoice_moment", "kvk", "vat_id", "svb_number", "budget_law"),
        ),
        {
            **_CONTACT,
            "soort": "kind",
            "vertegenwoordiger": "representative_name",
            "vertegenwoordiger_e-mail": "representative_email",
            "vertegenwoordiger_telefoon": "representative_phone",
            "incasso": "direct_debit",
            "bezorging": "delivery",
            "betaaltermijn": "payment_days",
            "factuurmoment": "invoice_moment",
            "svb-nummer": "svb_number",
            "wet": "budget_law",
        },
        optional=("large",),
    ),
    "placements.csv": Columns(
        (
            *("code", "freelancer", "customer", "from", "until", "reference", "description"),
            *("surcharge_table", "travel_rate", "max_rate"),
        ),
        {
            "zzper": "freelancer",
            "klant": "customer",
            "begindatum": "from",
            "einddatum": "until",
            "kenmerk": "reference",
            "omschrijving": "description",
            "toeslagtabel": "surcharge_table",
            "kilometertarief": "travel_rate",
            "maximumtarief": "max_rate",
        },
        optional=("arrangement",),
    ),
    "rates.csv": Columns(
        ("placement", "valid_from", "rate", "vat_treatment"),
        {
            "plaatsing": "placement",
            "ingangsdatum": "valid_from",
            "tarief": "rate",
            "btw-behandeling": "vat_treatment",
        },
    ),
    "commissions.csv": Columns(
        ("placement", "towards", "valid_from", "scheme", "value", "min", "max"),
        {
            "plaatsing": "placement",
            "aan": "towards",
            "ingangsdatum": "valid_from",
            "regeling": "scheme",
            "waarde": "value",
            "minimum": "min",
            "maximum": "max",
        },
    ),
    "timesheets.csv": Columns(
        ("placement", "week", "attempt", "submitted_at", "decision", "decided_at", "decided_by", "reason"),
        {
            "plaatsing": "placement",
            "poging": "attempt",
            "ingediend_op": "submitted_at",
            "besluit": "decision",
            "besloten_op": "decided_at",
            "besloten_door": "decided_by",
            "reden": "reason",
        },
    ),
    "hours.csv": Columns(
        ("placement", "week", "attempt", "date", "start", "end", "breaks", "break_minutes", "km"),
        {
            "plaatsing": "placement",
            "poging": "attempt",
            "datum": "date",
            "begin": "start",
            "einde": "end",
            "pauzes": "breaks",
            "pauze_minuten": "break_minutes",
        },
    ),
}

AGENCY_FILE = "agency.toml"
UNTIL_FILE = "UNTIL"
ALL_FILES = (AGENCY_FILE, UNTIL_FILE, *FILES)
"""In the order in which a report names them."""
