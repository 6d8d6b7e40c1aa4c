"""Why a bank file is refused whole: what is wrong, and what to do about it."""

from selfbill.refusals import Refusal


class EmptyFile(Refusal):
    code = "empty_file"
    nl = "Het bestand is leeg. Download het afschrift opnieuw bij de bank."
    en = "The file is empty. Download the statement from the bank again."


class BankFileTooLarge(Refusal):
    code = "bank_file_too_large"
    nl = "Het bestand is groter dan {most} bytes. Download een kortere periode."
    en = "The file is larger than {most} bytes. Download a shorter period."


class CompressedFile(Refusal):
    code = "compressed_file"
    nl = "Dit is een ingepakt bestand. Pak het uit en lees de afschriften die erin zitten."
    en = "This is a compressed file. Unpack it and read the statements that are in it."


class NotABankFile(Refusal):
    code = "not_a_bank_file"
    nl = (
        "Dit is geen afschrift dat selfbill kent: camt.053 (052, 054), MT940, of CSV van ING, Rabobank, ABN AMRO, bunq of "
        "Knab. Download het bij de bank, liefst als camt.053."
    )
    en = (
        "This is no statement that selfbill knows: camt.053 (052, 054), MT940, or CSV of ING, Rabobank, ABN AMRO, bunq or "
        "Knab. Download it from the bank, preferably as camt.053."
    )


class OtherMessage(Refusal):
    code = "other_message"
    nl = "Dit is een bericht {message}, geen afschrift. Download bij de bank een afschrift als camt.053."
    en = "This is a message {message}, not a statement. Download a statement as camt.053 from the bank."


class HasDtd(Refusal):
    code = "has_dtd"
    nl = (
        "Er staat een DTD in dit bestand; die staat nooit in een afschrift en wordt niet gelezen. Download het opnieuw."
    )
    en = "There is a DTD in this file; a statement never has one and it is not read. Download it again."


class NotXml(Refusal):
    code = "not_xml"
    nl = "Hier houdt het bestand op leesbare XML te zijn ({why}). Download het opnieuw bij de bank."
    en = "Here the file stops being readable XML ({why}). Download it from the bank again."


class NoStatement(Refusal):
    code = "no_statement"
    nl = "Er staat geen afschrift in dit bestand. Download een periode met boekingen."
    en = "There is no statement in this file. Download a period with bookings."


class TooManyEntries(Refusal):
    code = "too_many_entries"
    nl = "Er staan meer dan {most} boekingen in dit bestand. Download een kortere periode."
    en = "There are more than {most} bookings in this file. Download a shorter period."


class TooManyStatements(Refusal):
    code = "too_many_statements"
    nl = "Er staan meer dan {most} afschriften in dit bestand. Download een kortere periode."
    en = "There are more than {most} statements in this file. Download a shorter period."


class TextTooLong(Refusal):
    code = "text_too_long"
    nl = "Deze tekst heeft {length} tekens; {most} is het meeste. Laat de bank dit bestand nakijken."
    en = "This text has {length} characters; {most} is the most. Let the bank examine this file."


class MissingPart(Refusal):
    code = "missing_part"
    nl = "{name} ontbreekt; zonder kan het afschrift niet worden gelezen. Download het opnieuw bij de bank."
    en = "{name} is missing; without it the statement cannot be read. Download it from the bank again."


class NotCents(Refusal):
    code = "not_cents"
    nl = "Dit is geen bedrag in hele centen zoals {example}. Laat de bank dit bestand nakijken."
    en = "This is no amount in whole cents such as {example}. Let the bank examine this file."


class NotADay(Refusal):
    code = "not_a_day"
    nl = "Dit is geen datum zoals {example}. Laat de bank dit bestand nakijken."
    en = "This is no date such as {example}. Let the bank examine this file."


class NotADirection(Refusal):
    code = "not_a_direction"
    nl = "Hier moet staan of het bij of af is ({choices}). Laat de bank dit bestand nakijken."
    en = "This must say whether it is credit or debit ({choices}). Let the bank examine this file."


class NotEuros(Refusal):
    code = "not_euros"
    nl = "Dit is {currency}; selfbill leest alleen rekeningen in EUR. Laat deze rekening uit de download."
    en = "This is {currency}; selfbill only reads accounts in EUR. Leave this account out of the download."


class NotABalance(Refusal):
    code = "not_a_balance"
    nl = "Dit is geen saldo zoals C261231EUR1234,56. Laat de bank dit bestand nakijken."
    en = "This is no balance such as C261231EUR1234,56. Let the bank examine this file."


class NotABooking(Refusal):
    code = "not_a_booking"
    nl = "Dit is geen boeking zoals 2612311231C1234,56NTRFEREF. Laat de bank dit bestand nakijken."
    en = "This is no booking such as 2612311231C1234,56NTRFEREF. Let the bank examine this file."


class StrayLine(Refusal):
    code = "stray_line"
    nl = "Deze regel hoort bij geen veld van een afschrift. Download het bestand opnieuw bij de bank."
    en = "This line belongs to no field of a statement. Download the file from the bank again."


class StrayField(Refusal):
    code = "stray_field"
    nl = "Dit veld staat hier niet op zijn plaats. Download het bestand opnieuw bij de bank."
    en = "This field does not belong here. Download the file from the bank again."


class DoesNotAddUp(Refusal):
    """The facts are euros as people write them; `entries` is their sum."""

    code = "does_not_add_up"
    nl = (
        "Afschrift {statement} van {account} klopt niet: beginsaldo {opening} + boekingen {entries} = {reached}, maar het "
        "eindsaldo is {closing}. Er ontbreken boekingen of er zijn er te veel; download het opnieuw bij de bank."
    )
    en = (
        "Statement {statement} of {account} does not add up: opening balance {opening} + bookings {entries} = {reached}, but "
        "the closing balance is {closing}. Bookings are missing or too many; download it from the bank again."
    )
