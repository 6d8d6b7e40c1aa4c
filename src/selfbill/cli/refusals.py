"""What the command line itself refuses: each with what to do next."""

from typing import ClassVar

from selfbill.cli.exit_codes import ExitCode
from selfbill.refusals import Refusal


class CommandRefusal(Refusal):
    """The base: a refusal with an exit code of its own."""

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED


class NothingHere(CommandRefusal):
    code = "nothing_here"
    nl = (
        "In {data_dir} staan nog geen gegevens. Begin met: selfbill import MAP, "
        "of wijs met SELFBILL_DATA_DIR of SELFBILL_DATABASE_URL aan waar ze wel staan."
    )
    en = (
        "There are no data in {data_dir} yet. Start with: selfbill import DIR, "
        "or say where they are with SELFBILL_DATA_DIR or SELFBILL_DATABASE_URL."
    )


class NoAgencyYet(CommandRefusal):
    code = "no_agency_yet"
    nl = "Er is nog geen bureau in deze database. Begin met: selfbill import MAP."
    en = "There is no agency in this database yet. Start with: selfbill import DIR."


class ChooseAgency(CommandRefusal):
    code = "choose_agency"
    exit_code = ExitCode.USAGE
    nl = "Er zijn meer bureaus: {codes}. Kies er een met --agency."
    en = "There are several agencies: {codes}. Choose one with --agency."


class NoSuchAgency(CommandRefusal):
    code = "no_such_agency"
    nl = "Bureau {code} is er niet; wel: {codes}."
    en = "There is no agency {code}; there is: {codes}."


class NoSuchInvoice(CommandRefusal):
    code = "no_such_invoice"
    nl = "Factuur {number} is er niet. Zoek het nummer op met: selfbill invoices."
    en = "There is no invoice {number}. Look the number up with: selfbill invoices."


class NoDocumentYet(CommandRefusal):
    code = "no_document_yet"
    nl = "Factuur {number} heeft nog geen PDF; die wordt gemaakt als de factuur wordt bezorgd. Start de klok met: selfbill run."
    en = (
        "Invoice {number} has no PDF yet; it is made when the invoice is delivered. Start the clock with: selfbill run."
    )


class NoSuchParty(CommandRefusal):
    code = "no_such_party"
    nl = "{code} is geen klant en geen zzp'er van dit bureau.{hint}"
    en = "{code} is neither a customer nor a freelancer of this agency.{hint}"


class NoSuchPolicy(CommandRefusal):
    code = "no_such_policy"
    exit_code = ExitCode.USAGE
    nl = "{name} is geen taak op de agenda; wel: {names}."
    en = "{name} is no policy; these are: {names}."


class NoSuchReadModel(CommandRefusal):
    code = "no_such_read_model"
    exit_code = ExitCode.USAGE
    nl = "{name} is geen leesmodel; wel: {names}."
    en = "{name} is no read model; these are: {names}."


class NameReadModels(CommandRefusal):
    code = "name_read_models"
    exit_code = ExitCode.USAGE
    nl = "Noem een leesmodel, of geef --all. Er zijn: {names}."
    en = "Name a read model, or give --all. There are: {names}."


class NameStreams(CommandRefusal):
    code = "name_streams"
    exit_code = ExitCode.USAGE
    nl = "Noem de stromen, of geef --all. Ze staan in: selfbill projections parked {name}"
    en = "Name the streams, or give --all. They stand in: selfbill projections parked {name}"


class NoSuchParkedStream(CommandRefusal):
    code = "no_such_parked_stream"
    nl = "{name} laat {stream} niet terzijde. Wat wel, staat in: selfbill projections parked {name}"
    en = "{name} does not leave {stream} aside. What it does, stands in: selfbill projections parked {name}"


class NoReportYet(CommandRefusal):
    code = "no_report_yet"
    nl = (
        "Er is nog geen vergelijking van {name}. Die komt met: selfbill projections rebuild {name} "
        "(met --dry-run verandert er niets)"
    )
    en = (
        "There is no comparison of {name} yet. It comes with: selfbill projections rebuild {name} "
        "(with --dry-run nothing changes)"
    )


class NoSuchRebuild(CommandRefusal):
    code = "no_such_rebuild"
    nl = "Rebuild {number} van {name} is er niet, of kwam niet tot een vergelijking. Kijk met: selfbill projections report"
    en = "There is no rebuild {number} of {name}, or it did not come to a comparison. Look with: selfbill projections report"


class NotYet(CommandRefusal):
    code = "not_yet"
    exit_code = ExitCode.USAGE
    nl = "{moment} moet nog komen; wat dan bekend is, weet nu niemand. Geef een tijdstip dat voorbij is."
    en = "{moment} has yet to come; nobody knows what will be known by then. Give a moment that has passed."


class NotAMomentToRunTo(CommandRefusal):
    code = "not_a_moment_to_run_to"
    exit_code = ExitCode.USAGE
    nl = "{text!r} is geen tijdstip zoals 2026-05-14T00:00 (Nederlandse tijd)."
    en = "{text!r} is not a moment such as 2026-05-14T00:00 (Dutch local time)."


class NotKnowable(CommandRefusal):
    code = "not_knowable"
    exit_code = ExitCode.USAGE
    nl = (
        "{text!r} is niet then (wat die dag bekend was), now (wat nu bekend is) of een tijdstip zoals 2026-05-14T00:00."
    )
    en = "{text!r} is not then (what was known that day), now (what is known now) or a moment such as 2026-05-14T00:00."


class PeriodBackwards(CommandRefusal):
    code = "period_backwards"
    exit_code = ExitCode.USAGE
    nl = "De periode begint op {first} en eindigt daarvóór, op {until}."
    en = "The period begins on {first} and ends before that, on {until}."


class WhichParty(CommandRefusal):
    code = "which_party"
    exit_code = ExitCode.USAGE
    nl = "{code} is een klant en ook een zzp'er. Kies met --as customer of --as freelancer."
    en = "{code} is a customer and also a freelancer. Choose with --as customer or --as freelancer."


class NoNameAndAddress(CommandRefusal):
    code = "no_name_and_address"
    nl = "Van {code} zijn geen naam en adres (meer) bekend, dus een brief kan niet. Zonder --pdf en met --csv of --json gaat het wel."
    en = "There are no name and address of {code} (any more), so there can be no letter. Without --pdf, or with --csv or --json, it works."


class NotADay(CommandRefusal):
    code = "not_a_day"
    exit_code = ExitCode.USAGE
    nl = "{text!r} is geen datum zoals 2026-05-14."
    en = "{text!r} is not a date such as 2026-05-14."


class WhichSide(CommandRefusal):
    code = "which_side"
    exit_code = ExitCode.USAGE
    nl = "{code} is zowel een zzp'er als een klant. Geef --as freelancer of --as customer."
    en = "{code} is both a freelancer and a customer. Give --as freelancer or --as customer."


class NoSuchFormat(CommandRefusal):
    code = "no_such_format"
    exit_code = ExitCode.USAGE
    nl = "{version} is geen versie van pain.008.001 die hier is gemaakt; wel: {versions}."
    en = "{version} is no version of pain.008.001 that was made here; these are: {versions}."


class NotAWeek(CommandRefusal):
    code = "not_a_week"
    exit_code = ExitCode.USAGE
    nl = "{text!r} is geen week zoals 2026-W12."
    en = "{text!r} is not a week such as 2026-W12."


class NoFolder(CommandRefusal):
    code = "no_folder"
    nl = "De map {folder} is er niet. Geef de map met agency.toml en de CSV-bestanden van het bureau."
    en = "The folder {folder} is not there. Give the folder with agency.toml and the agency's CSV files."


class CannotWrite(CommandRefusal):
    code = "cannot_write"
    nl = "{path} kan niet worden geschreven: {why}. Kies een andere plaats."
    en = "{path} cannot be written: {why}. Choose another place."


class NoBroker(CommandRefusal):
    code = "no_broker"
    exit_code = ExitCode.USAGE
    nl = (
        "Zonder SELFBILL_BROKER_URL (amqp://... of redis://...) doet selfbill run zelf het werk. "
        "Zet een broker voor aparte workers."
    )
    en = "Without SELFBILL_BROKER_URL (amqp://... or redis://...) selfbill run does the work itself. Set a broker for separate workers."


class NotAnAmount(CommandRefusal):
    """Somebody typed something else where an amount belongs."""

    exit_code = ExitCode.USAGE
    code = "not_an_amount"
    nl = "'{text}' is geen bedrag. Schrijf het als 121,00 of 121.00."
    en = "'{text}' is no amount. Write it as 121.00 or 121,00."


class NoSuchPayment(CommandRefusal):
    """No payment has this id, or begins with it."""

    code = "no_such_payment"
    nl = "Er is geen betaling {payment}. Kijk met: selfbill bank payments"
    en = "There is no payment {payment}. Look with: selfbill bank payments"


class WhichPayment(CommandRefusal):
    """What was typed is the beginning of several ids."""

    exit_code = ExitCode.USAGE
    code = "which_payment"
    nl = "Er zijn meer betalingen die met {payment} beginnen. Typ meer van het nummer."
    en = "Several payments begin with {payment}. Type more of it."
