"""What is odd about a file that could be read all the same, and what was made of it."""

from selfbill.refusals import Refusal


class OtherVersion(Refusal):
    code = "other_version"
    nl = "{format} is niet de versie waarvoor selfbill is gemaakt (camt.053.001.02 en .08); de opbouw is dezelfde en zo is het gelezen."
    en = "{format} is not the version that selfbill was made for (camt.053.001.02 and .08); its structure is the same and so it was read."


class NoNamespace(Refusal):
    code = "no_namespace"
    nl = "Het bestand zegt niet welke versie van camt het is; het is gelezen als {format}."
    en = "The file does not say which version of camt it is; it was read as {format}."


class OtherEncoding(Refusal):
    code = "other_encoding"
    nl = "Het bestand zegt dat het {declared} is, maar het is {found}; zo is het gelezen."
    en = "The file says that it is {declared}, but it is {found}; so it was read."


class ControlCharacters(Refusal):
    code = "control_characters"
    nl = "Er staan {count} stuurtekens in; ze zijn gelezen als spaties."
    en = "There are {count} control characters in it; they were read as spaces."


class MissingByTheStandard(Refusal):
    code = "missing_by_the_standard"
    nl = "{name} ontbreekt, terwijl de standaard het verplicht; er is zonder gelezen."
    en = "{name} is missing although the standard requires it; it was read without."


class NotToBeChecked(Refusal):
    code = "not_to_be_checked"
    nl = "Er is geen begin- en eindsaldo, dus niemand kan zien of er boekingen ontbreken."
    en = "There is no opening and closing balance, so nobody can see whether bookings are missing."


class InterimBalance(Refusal):
    code = "interim_balance"
    nl = "Er is geen eindsaldo (CLBD); het tussensaldo is gebruikt."
    en = "There is no closing balance (CLBD); the interim balance was used."


class LeftOut(Refusal):
    code = "left_out"
    nl = "Deze boeking van {amount} is nog niet gedaan ({status}) en is weggelaten."
    en = "This entry of {amount} is not booked yet ({status}) and was left out."


class BatchDoesNotAddUp(Refusal):
    code = "batch_does_not_add_up"
    nl = "De {count} posten tellen op tot {parts}, maar de boeking is {total}; de boeking is als één geheel gelezen."
    en = "The {count} payments add up to {parts}, but the booking is {total}; the booking was read as one."


class BatchWithoutAmounts(Refusal):
    code = "batch_without_amounts"
    nl = "Van de {count} posten is niet elk bedrag bekend; de boeking is als één geheel gelezen."
    en = "Not every amount of the {count} payments is known; the booking was read as one."


class BatchNotShown(Refusal):
    code = "batch_not_shown"
    nl = "Deze boeking bestaat uit {count} posten, maar de bank toont ze niet; zij is als één geheel gelezen."
    en = "This booking consists of {count} payments, but the bank does not show them; it was read as one."


class OtherAmountInDetails(Refusal):
    code = "other_amount_in_details"
    nl = "De post zegt {part}, de boeking {total}; de boeking is gebruikt."
    en = "The details say {part}, the booking {total}; the booking was used."


class WithoutDetails(Refusal):
    code = "without_details"
    nl = "De bank zegt niet van wie of waarvoor deze boeking is."
    en = "The bank does not say from whom or what for this booking is."


class BookedOnValueDate(Refusal):
    code = "booked_on_value_date"
    nl = "De boekdatum ontbreekt; de rentedatum is gebruikt."
    en = "The booking date is missing; the value date was used."


class NotAnAccount(Refusal):
    code = "not_an_iban_account"
    nl = "{account} is geen geldig IBAN; de rekening is gelezen zoals de bank haar schrijft."
    en = "{account} is not a valid IBAN; the account was read as the bank writes it."


class AccountCompleted(Refusal):
    code = "account_completed"
    nl = "De bank schrijft {account}; het IBAN daarvan is {iban}."
    en = "The bank writes {account}; its IBAN is {iban}."


class CurrencyTakenForEuros(Refusal):
    code = "currency_taken_for_euros"
    nl = "Er staat geen munt bij; het is gelezen als EUR."
    en = "No currency is given; it was read as EUR."


class SameStatementAgain(Refusal):
    code = "same_statement_again"
    nl = "Dit afschrift staat al eerder in het bestand en is overgeslagen."
    en = "This statement stands in the file before and was skipped."


class UnknownField(Refusal):
    code = "unknown_field"
    nl = "Dit veld kent selfbill niet; het is genegeerd."
    en = "selfbill does not know this field; it was ignored."


class RunningBalanceJumps(Refusal):
    code = "running_balance_jumps"
    nl = "Het saldo na deze regel is {shown}, maar de regels ervoor komen op {reached}; het geheel klopt wel."
    en = "The balance after this row is {shown}, but the rows before it come to {reached}; the whole does add up."
