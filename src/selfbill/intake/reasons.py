"""Why a file, a row or a cell of an agency's folder is refused, where no rule of the domain says it already."""

from selfbill.refusals import Refusal


class MissingFile(Refusal):
    code = "missing_file"
    nl = "Het bestand {file} ontbreekt in de map."
    en = "The file {file} is missing from the folder."


class UnreadableFile(Refusal):
    code = "unreadable_file"
    nl = "Het bestand {file} kan niet worden gelezen. Controleer de rechten en de schijf."
    en = "The file {file} cannot be read. Check its permissions and the disk."


class FileTooLarge(Refusal):
    code = "file_too_large"
    nl = "Het bestand is groter dan {most} bytes. Splits het."
    en = "The file is larger than {most} bytes. Split it."


class NotUtf8(Refusal):
    code = "not_utf8"
    nl = "Hier staan bytes die geen UTF-8 zijn. Sla het bestand op als 'CSV UTF-8'."
    en = "There are bytes here that are not UTF-8. Save the file as 'CSV UTF-8'."


class ControlCharacter(Refusal):
    code = "control_character"
    nl = "Hier staat een onzichtbaar stuurteken ({name}). Haal het weg."
    en = "There is an invisible control character here ({name}). Remove it."


class FieldTooLong(Refusal):
    code = "field_too_long"
    nl = "Dit veld heeft {length} tekens; {most} is het meeste."
    en = "This field has {length} characters; {most} is the most."


class UnclosedQuote(Refusal):
    code = "unclosed_quote"
    nl = "Een aanhalingsteken wordt geopend en nergens gesloten; alles daarna is onleesbaar."
    en = "A quotation mark is opened and never closed; nothing after it can be read."


class StrayQuote(Refusal):
    code = "stray_quote"
    nl = 'Een aanhalingsteken staat los in het veld. Zet het hele veld tussen aanhalingstekens en schrijf "" in het veld.'
    en = 'A quotation mark stands loose in the field. Quote the whole field and write "" inside it.'


class WrongFieldCount(Refusal):
    code = "wrong_field_count"
    nl = "Deze regel heeft {found} velden, de kopregel {expected}."
    en = "This row has {found} fields, the header {expected}."


class MissingColumn(Refusal):
    code = "missing_column"
    nl = "De kolom {column} ontbreekt."
    en = "The column {column} is missing."


class DoubledColumn(Refusal):
    code = "doubled_column"
    nl = "De kolom {column} komt twee keer voor."
    en = "The column {column} occurs twice."


class UnknownColumn(Refusal):
    """A warning: the column is ignored."""

    code = "unknown_column"
    nl = "De kolom {column} is onbekend en wordt genegeerd."
    en = "The column {column} is unknown and ignored."


class MissingValue(Refusal):
    code = "missing_value"
    nl = "{column} is leeg, maar verplicht."
    en = "{column} is empty but required."


class RunsInSpreadsheet(Refusal):
    code = "runs_in_spreadsheet"
    nl = "Tekst die met {first} begint, voert een rekenprogramma uit als formule. Begin met iets anders."
    en = "A spreadsheet runs text that starts with {first} as a formula. Start with something else."


class Negative(Refusal):
    code = "negative"
    nl = "Dit getal mag niet negatief zijn."
    en = "This number may not be negative."


class NotANumber(Refusal):
    code = "not_a_number"
    nl = "Dit is geen getal zoals {example}."
    en = "This is not a number such as {example}."


class TooPrecise(Refusal):
    code = "too_precise"
    nl = "Dit getal heeft meer dan {places} decimalen. Een punt zonder komma is een decimaalteken, geen duizendtal."
    en = "This number has more than {places} decimals. A dot without a comma is a decimal point, not thousands."


class TooLarge(Refusal):
    code = "too_large"
    nl = "Dit getal is groter dan {most}."
    en = "This number is larger than {most}."


class TooSmall(Refusal):
    code = "too_small"
    nl = "Dit getal is kleiner dan {least}."
    en = "This number is smaller than {least}."


class NotADate(Refusal):
    code = "not_a_date"
    nl = "Dit is geen datum zoals 31-12-2026."
    en = "This is not a date such as 31-12-2026."


class DateOutOfRange(Refusal):
    code = "date_out_of_range"
    nl = "Deze datum ligt niet tussen {first} en {last}. Laat het veld leeg als er geen einde is."
    en = "This date does not lie between {first} and {last}. Leave the field empty if there is no end."


class NotATimestamp(Refusal):
    code = "not_a_timestamp"
    nl = "Dit is geen tijdstip zoals 31-12-2026 13:05."
    en = "This is not a moment such as 31-12-2026 13:05."


class NotATime(Refusal):
    code = "not_a_time"
    nl = "Dit is geen tijd zoals 07:30."
    en = "This is not a time such as 07:30."


class NotAWeek(Refusal):
    code = "not_a_week"
    nl = "Dit is geen week die bestaat, geschreven als 2026-W31."
    en = "This is not a week that exists, written as 2026-W31."


class NotACode(Refusal):
    code = "not_a_code"
    nl = "Een code bestaat uit hooguit {most} letters, cijfers, punten, streepjes en lage streepjes."
    en = "A code consists of at most {most} letters, digits, dots, dashes and underscores."


class NotAChoice(Refusal):
    code = "not_a_choice"
    nl = "Hier kan alleen staan: {choices}."
    en = "This can only be: {choices}."


class UnknownArrangement(Refusal):
    code = "unknown_arrangement"
    nl = "selfbill kent alleen zuivere bemiddeling (mediation); incasso door het bureau en tussenkomst nog niet."
    en = "selfbill only knows pure mediation (mediation); not yet collection by the agency or intermediation."


class NotAnEmail(Refusal):
    code = "not_an_email"
    nl = "Dit is geen e-mailadres."
    en = "This is not an e-mail address."


class LineBreakInEmail(Refusal):
    code = "line_break_in_email"
    nl = "Een e-mailadres mag geen regeleinde bevatten."
    en = "An e-mail address may not hold a line break."


class NotAPostcode(Refusal):
    code = "not_a_postcode"
    nl = "Deze postcode kan niet bestaan; schrijf hem als 1234 AB."
    en = "This postcode cannot exist; write it as 1234 AB."


class NotAKvk(Refusal):
    code = "not_a_kvk"
    nl = "Een KvK-nummer heeft precies 8 cijfers."
    en = "A Chamber of Commerce number (KvK) has exactly 8 digits."


class NotAVatId(Refusal):
    code = "not_a_vat_id"
    nl = "Een btw-id ziet eruit als NL123456789B01."
    en = "A VAT id looks like NL123456789B01."


class NotAnIban(Refusal):
    code = "not_an_iban"
    nl = "Dit IBAN klopt niet; de controlecijfers passen niet of de lengte is verkeerd."
    en = "This IBAN is wrong: its check digits don't fit or its length is off."


class NotTiers(Refusal):
    code = "not_tiers"
    nl = "Dit is geen staffel zoals 0:10|1000:8 (vanaf-bedrag:percentage)."
    en = "These are no tiers such as 0:10|1000:8 (from-amount:per cent)."


class NotBreaks(Refusal):
    code = "not_breaks"
    nl = "Dit zijn geen pauzes zoals 12:00-12:30|18:00-18:15."
    en = "These are no breaks such as 12:00-12:30|18:00-18:15."


class NotToml(Refusal):
    code = "not_toml"
    nl = "Hier houdt het bestand op geldig TOML te zijn; controleer aanhalingstekens, haken en =."
    en = "Here the file stops being valid TOML; check quotation marks, brackets and =."


class NotOneValue(Refusal):
    code = "not_one_value"
    nl = "Hier hoort één tekst of één getal te staan."
    en = "This should be one text or one number."


class UnknownTimezone(Refusal):
    code = "unknown_timezone"
    nl = "selfbill rekent alleen in Europe/Amsterdam."
    en = "selfbill only reckons in Europe/Amsterdam."
