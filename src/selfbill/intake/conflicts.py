"""Why rows that are each right by themselves cannot stand together, or not beside what was imported before."""

from selfbill.refusals import Refusal


class DuplicateCode(Refusal):
    code = "duplicate_code"
    nl = "De code {value} staat ook op regel {other}."
    en = "The code {value} also stands on line {other}."


class DuplicateRow(Refusal):
    code = "duplicate_row"
    nl = "Hetzelfde staat al op regel {other}."
    en = "The same already stands on line {other}."


class MandateWithoutStart(Refusal):
    code = "mandate_without_start"
    nl = "Een machtiging met een einddatum heeft ook een begindatum."
    en = "A mandate with a last day has a first day as well."


class ValueWithoutScheme(Refusal):
    code = "value_without_scheme"
    nl = "Bij regeling none hoort geen waarde."
    en = "The scheme none has no value."


class OnlyInstitutionsAreLarge(Refusal):
    code = "only_institutions_are_large"
    nl = "Alleen een instelling kan groot zijn."
    en = "Only an institution can be large."


class HoursWithoutTimesheet(Refusal):
    code = "hours_without_timesheet"
    nl = "In timesheets.csv staat geen regel voor {placement} {week} poging {attempt}."
    en = "timesheets.csv has no row for {placement} {week} attempt {attempt}."


class NotWorkedWithHours(Refusal):
    code = "not_worked_with_hours"
    nl = "{placement} {week} is gemeld als niet gewerkt, maar heeft hier uren."
    en = "{placement} {week} is marked as not worked but has hours here."


class DecisionIncomplete(Refusal):
    code = "decision_incomplete"
    nl = "Een besluit en het moment ervan horen bij elkaar; {column} is leeg."
    en = "A decision and its moment belong together; {column} is empty."


class DecisionBeforeSubmission(Refusal):
    code = "decision_before_submission"
    nl = "Het besluit valt voor de indiening."
    en = "The decision comes before the submission."


class SecondApproval(Refusal):
    code = "second_approval"
    nl = "{placement} {week} is al goedgekeurd als poging {approved}."
    en = "{placement} {week} was already approved as attempt {approved}."


class PreviousAttemptStands(Refusal):
    code = "previous_attempt_stands"
    nl = "Poging {attempt} van {placement} {week} kan pas komen als poging {previous} is afgewezen."
    en = "Attempt {attempt} of {placement} {week} can only come after attempt {previous} was rejected."


class SubmittedBeforeRejection(Refusal):
    code = "submitted_before_rejection"
    nl = "Deze poging is ingediend voordat poging {previous} werd afgewezen."
    en = "This attempt was submitted before attempt {previous} was rejected."


class PgbWithoutDetails(Refusal):
    """A warning: the invoice will be refused until it is filled in (DOMAIN.md section 4)."""

    code = "pgb_without_details"
    nl = "Zonder {column} wordt een factuur aan deze budgethouder geweigerd."
    en = "Without {column} an invoice to this budget holder is refused."


class OtherAgency(Refusal):
    code = "other_agency"
    nl = "Deze map is van bureau {value}, maar hier staat bureau {known}."
    en = "This folder is of agency {value}, but this is agency {known}."


class AttemptFixed(Refusal):
    code = "attempt_fixed"
    nl = "Poging {attempt} van {placement} {week} is al bekend met een ander moment of andere uren. Corrigeer met een nieuwe poging."
    en = "Attempt {attempt} of {placement} {week} is known with another moment or other hours. Correct it by a new attempt."


class DecisionFixed(Refusal):
    code = "decision_fixed"
    nl = "Het besluit over poging {attempt} van {placement} {week} is al genomen of ingelezen en luidde anders."
    en = "The decision on attempt {attempt} of {placement} {week} was taken or read in before and was different."


class MandateEnded(Refusal):
    """A warning: an import does not renew a consent that was taken back."""

    code = "mandate_ended"
    nl = "De machtiging van {freelancer} is eerder beëindigd en wordt door het inlezen niet vernieuwd."
    en = "The mandate of {freelancer} was ended before and is not renewed by an import."


class PartyForgotten(Refusal):
    """A warning: who was forgotten stays forgotten."""

    code = "party_forgotten"
    nl = "{code} is op verzoek vergeten en wordt niet opnieuw ingelezen."
    en = "{code} was forgotten on request and is not read in again."
