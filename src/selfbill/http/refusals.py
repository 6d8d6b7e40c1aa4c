"""What the way in itself refuses, each with its HTTP status; the house's own refusals are 422, an unreachable database is 503."""

from typing import ClassVar

from selfbill.refusals import Refusal


class HttpRefusal(Refusal):
    """The base: a refusal with a status of its own."""

    status: ClassVar[int] = 422


class NotLoggedIn(HttpRefusal):
    status = 401
    code = "not_logged_in"
    nl = "U bent niet aangemeld. Meld u aan en probeer het opnieuw."
    en = "You are not logged in. Log in and try again."


class NoRight(HttpRefusal):
    status = 403
    code = "no_right"
    nl = "Met uw rol mag u deze pagina niet zien. Vraag uw beheerder om de juiste rol."
    en = "Your role does not let you see this page. Ask your administrator for the right role."


class TokenRefused(HttpRefusal):
    status = 401
    code = "token_refused"
    nl = "Dit token is er niet of is ingetrokken. Stuur een geldig token mee als: Authorization: Bearer ..."
    en = "There is no such token, or it was revoked. Send a valid token as: Authorization: Bearer ..."


class OutOfScope(HttpRefusal):
    status = 403
    code = "out_of_scope"
    nl = "Dit token mag dit niet; daarvoor is een token nodig met {scope}."
    en = "This token does not allow this; that needs a token with {scope}."


class NothingAtThisAddress(HttpRefusal):
    status = 404
    code = "nothing_at_this_address"
    nl = "Op dit adres staat niets. Zoek verder vanaf de startpagina."
    en = "There is nothing at this address. Go on from the start page."


class NotDoneThisWay(HttpRefusal):
    status = 405
    code = "not_done_this_way"
    nl = "Dit adres kent deze methode niet."
    en = "This address does not know this method."


class NoSuchCustomer(HttpRefusal):
    status = 404
    code = "no_such_customer"
    nl = "Klant {code} is er niet."
    en = "There is no customer {code}."


class NoSuchFreelancer(HttpRefusal):
    status = 404
    code = "no_such_freelancer"
    nl = "Zzp'er {code} is er niet."
    en = "There is no freelancer {code}."


class NoSuchInvoice(HttpRefusal):
    status = 404
    code = "no_such_invoice"
    nl = "Factuur {number} is er niet."
    en = "There is no invoice {number}."


class NoSuchPayment(HttpRefusal):
    status = 404
    code = "no_such_payment"
    nl = "Betaling {payment} is er niet."
    en = "There is no payment {payment}."


class NoDocumentYet(HttpRefusal):
    status = 404
    code = "no_document_yet"
    nl = "Factuur {number} heeft nog geen PDF; die wordt gemaakt als de factuur wordt bezorgd."
    en = "Invoice {number} has no PDF yet; it is made when the invoice is delivered."


class TooLarge(HttpRefusal):
    status = 413
    code = "too_large"
    nl = "Dit is te groot: er passen hoogstens {limit} bytes in."
    en = "This is too large: it takes {limit} bytes at most."


class NotUnderstood(HttpRefusal):
    """The shape of what was sent is wrong; the problem says where."""

    status = 422
    code = "not_understood"
    nl = "Wat u stuurde, klopt niet: {where}."
    en = "What you sent is not right: {where}."


class NotACursor(HttpRefusal):
    status = 400
    code = "not_a_cursor"
    nl = "Deze cursor is hier niet gegeven. Begin opnieuw zonder cursor."
    en = "This cursor was not given here. Begin again without one."


class KeyMissing(HttpRefusal):
    status = 400
    code = "idempotency_key_missing"
    nl = "Stuur een Idempotency-Key mee van 1 tot 64 letters, cijfers, - of _, zodat herhalen geen kwaad kan."
    en = "Send an Idempotency-Key of 1 to 64 letters, digits, - or _, so that repeating does no harm."


class NotThereNow(HttpRefusal):
    status = 503
    code = "not_there_now"
    nl = "De gegevens zijn even niet bereikbaar. Probeer het over een minuut opnieuw."
    en = "The data cannot be reached right now. Try again in a minute."


class WentWrong(HttpRefusal):
    status = 500
    code = "went_wrong"
    nl = "Er ging iets mis dat niet was voorzien. Meld het met nummer {request}."
    en = "Something went wrong that was not foreseen. Report it with number {request}."
