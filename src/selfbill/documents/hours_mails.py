"""The mails about hours: to be submitted, to be approved, still to be billed."""

import msgspec

from selfbill.documents import formats
from selfbill.documents.envelope import Cover, seal
from selfbill.documents.letter import Fact, Letter
from selfbill.documents.phrases import salutation, signature, speaker, web_address, week_words
from selfbill.documents.post import OutgoingMail
from selfbill.values import IsoWeek, Minutes


class WeekNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A week of one placement that somebody should look at."""

    week: IsoWeek
    placement_reference: str
    link: str
    salutation_name: str = ""


class ApprovalNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A week of hours that waits for the customer's approval."""

    week: IsoWeek
    placement_reference: str
    freelancer: str
    minutes: Minutes
    link: str
    salutation_name: str = ""


class UnbilledHours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of a past month that have not been billed."""

    placement_reference: str
    freelancer: str
    week: IsoWeek
    minutes: Minutes
    reason: str


def hours_reminder_mail(cover: Cover, notice: WeekNotice) -> OutgoingMail:
    """Asks a freelancer for the hours of a week; no customer is named."""
    say = speaker(cover)
    week, reference = week_words(cover, notice.week), notice.placement_reference
    letter = Letter(
        salutation=salutation(cover, notice.salutation_name),
        paragraphs=(
            say(
                f"Wij hebben van u nog geen uren ontvangen voor {week} van plaatsing {reference}.",
                f"We have not received your hours for {week} of placement {reference} yet.",
            ),
            say(
                "Dien uw uren in, of geef aan dat u die week niet heeft gewerkt. Daarna kunnen wij factureren.",
                "Please submit your hours, or mark the week as not worked. After that we can send the invoice.",
            ),
        ),
        link=web_address(notice.link),
        link_words=say("Uren invullen", "Enter hours"),
        signature=signature(cover),
    )
    subject = say(
        f"Herinnering: uren van week {notice.week.number}, plaatsing {reference}",
        f"Reminder: hours of week {notice.week.number}, placement {reference}",
    )
    return seal(cover, subject, letter)


def approval_mail(cover: Cover, notice: ApprovalNotice, *, reminder: bool = False) -> OutgoingMail:
    """Tells a customer or representative that hours wait for approval, the first time or once more.

    In privacy mode send `privacy_mail` instead.
    """
    say = speaker(cover)
    week = week_words(cover, notice.week)
    again = (say("U heeft deze uren nog niet beoordeeld.", "You have not reviewed these hours yet."),)
    letter = Letter(
        salutation=salutation(cover, notice.salutation_name),
        paragraphs=(
            say(
                f"{notice.freelancer} heeft de uren van {week} ingediend.",
                f"{notice.freelancer} has submitted the hours of {week}.",
            ),
            *(again if reminder else ()),
            say(
                "Wilt u ze bekijken en goedkeuren? Klopt er iets niet, keur ze dan af en schrijf erbij waarom.",
                "Please review and approve them. If something is wrong, reject them and say why.",
            ),
        ),
        facts=(
            Fact(say("Plaatsing", "Placement"), notice.placement_reference),
            Fact(say("Uren", "Hours"), formats.hours(notice.minutes, cover.house_style.language)),
        ),
        link=web_address(notice.link),
        link_words=say("Uren bekijken", "Review hours"),
        signature=signature(cover),
    )
    number, reference = notice.week.number, notice.placement_reference
    subject = say(
        f"Uren van week {number} staan klaar, plaatsing {reference}",
        f"Hours of week {number} are ready, placement {reference}",
    )
    return seal(
        cover, say("Herinnering: ", "Reminder: ") + subject[0].lower() + subject[1:] if reminder else subject, letter
    )


def unbilled_hours_mail(cover: Cover, month: str, unbilled: tuple[UnbilledHours, ...], link: str) -> OutgoingMail:
    """Warns the agency on the 10th of hours of a past month that must be billed by the 15th (DOMAIN.md section 4)."""
    say = speaker(cover)
    language = cover.house_style.language
    count = len(unbilled)
    weeks = say("1 week", "1 week") if count == 1 else say(f"{count} weken", f"{count} weeks")
    letter = Letter(
        paragraphs=(
            say(
                f"Van {month}: {weeks} met uren die nog niet zijn gefactureerd."
                " De factuur moet uiterlijk de 15e zijn uitgereikt.",
                f"{month}: {weeks} with hours that have not been billed yet."
                " The invoice must be issued on the 15th at the latest.",
            ),
        ),
        items=tuple(
            f"{hours.placement_reference}, {hours.freelancer}, week {hours.week.number}:"
            f" {formats.hours(hours.minutes, language)} – {hours.reason}"
            for hours in unbilled
        ),
        link=web_address(link),
        link_words=say("Openen in selfbill", "Open in selfbill"),
        signature=signature(cover),
    )
    return seal(
        cover, say(f"Nog niet gefactureerde uren van {month}: {count}", f"Unbilled hours of {month}: {count}"), letter
    )
