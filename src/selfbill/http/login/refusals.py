"""What the login refuses besides the reasons of the house."""

from selfbill.http.refusals import HttpRefusal


class ForeignForm(HttpRefusal):
    """The request does not come from a page of ours in the same session: another site may have sent it."""

    status = 403
    code = "foreign_form"
    nl = "Dit formulier hoort niet bij uw huidige sessie. Open de pagina opnieuw en probeer het nog eens."
    en = "This form does not belong to your present session. Open the page again and try once more."


class UnknownAgency(HttpRefusal):
    status = 404
    code = "unknown_agency"
    nl = "Dit bureau is er niet."
    en = "There is no such agency."


class LoginElsewhereFailed(HttpRefusal):
    """The organisation's own login said no, said nothing, or said something that does not hold."""

    status = 403
    code = "login_elsewhere_failed"
    nl = "Het inloggen via uw organisatie is niet gelukt. Probeer het opnieuw; blijft het misgaan, meld het dan bij uw beheerder."
    en = "Logging in by way of your organisation did not succeed. Try again; if it keeps failing, tell your administrator."
