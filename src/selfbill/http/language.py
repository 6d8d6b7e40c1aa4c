"""In which language somebody is answered: people in the one they chose, programs in the one they ask for; Dutch where nobody did."""

from fastapi import Request

from selfbill.refusals import Language

COOKIE = "selfbill_language"


def page_language(request: Request) -> Language:
    """The one that was chosen on a page, else that of the user, else that of the installation.

    Not the browser's: Dutch offices are full of browsers that say English.
    """
    match request.cookies.get(COOKIE):
        case "nl":
            return "nl"
        case "en":
            return "en"
    user = getattr(request.state, "user", None)
    usual: Language = request.app.state.settings.language
    return user.language if user is not None and user.language is not None else usual


def api_language(request: Request) -> Language:
    """The first language of Accept-Language that is Dutch or English."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        match part.strip()[:2]:
            case "nl":
                return "nl"
            case "en":
                return "en"
    usual: Language = request.app.state.settings.language
    return usual
