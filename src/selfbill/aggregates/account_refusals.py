"""Why an account is not made, changed or let in."""

from selfbill.refusals import Refusal


class UnknownUser(Refusal):
    code = "unknown_user"
    nl = "Deze gebruiker is er niet."
    en = "There is no such user."


class AlreadyUser(Refusal):
    code = "already_user"
    nl = "Gebruiker {user} bestaat al, met andere gegevens."
    en = "User {user} exists already, with other details."


class NotAUserCode(Refusal):
    code = "not_a_user_code"
    nl = "{user} kan geen gebruikersnaam zijn: gebruik hooguit 40 kleine letters, cijfers, punten en streepjes, zoals anna.visser."
    en = "{user} cannot be a user's name: use up to 40 small letters, digits, dots and dashes, as in anna.visser."


class NotAnAddressToInvite(Refusal):
    code = "not_an_address_to_invite"
    nl = "{email} is geen e-mailadres."
    en = "{email} is not an e-mail address."


class LoginTaken(Refusal):
    code = "login_taken"
    nl = "Een andere gebruiker logt al met dit e-mailadres of deze naam in."
    en = "Another user logs in with this e-mail address or this name already."


class UserDisabled(Refusal):
    code = "user_disabled"
    nl = "Het account {user} is uitgeschakeld."
    en = "The account {user} is disabled."


class ExternalAccount(Refusal):
    """Its secrets are kept by the organisation's own login."""

    code = "external_account"
    nl = "{user} logt in bij de eigen organisatie; het wachtwoord wordt daar gewijzigd."
    en = "{user} logs in at the organisation itself; the password is changed there."


class UnknownRole(Refusal):
    code = "unknown_role"
    nl = "{role} is geen rol; kies uit: {roles}."
    en = "{role} is not a role; choose from: {roles}."


class PartyNeeded(Refusal):
    code = "party_needed"
    nl = "Bij de rol {role} hoort een code, zoals {role}:K01."
    en = "The role {role} goes with a code, as in {role}:K01."


class NoPartyWithRole(Refusal):
    code = "no_party_with_role"
    nl = "De rol {role} geldt voor het hele bureau; laat de code weg."
    en = "The role {role} is about the whole agency; leave the code out."


class PasswordTooShort(Refusal):
    code = "password_too_short"
    nl = "Kies een wachtwoord van minstens {least} tekens; een paar woorden achter elkaar is goed."
    en = "Choose a password of at least {least} characters; a few words in a row will do."


class PasswordTooLong(Refusal):
    code = "password_too_long"
    nl = "Kies een wachtwoord van hooguit {most} tekens."
    en = "Choose a password of at most {most} characters."


class PasswordTooPlain(Refusal):
    code = "password_too_plain"
    nl = "Dit wachtwoord is te makkelijk te raden: gebruik naast uw eigen naam minstens {different} verschillende tekens."
    en = "This password is too easy to guess: use at least {different} different characters besides your own name."


class WrongLogin(Refusal):
    """The same for an unknown name, a wrong password, a disabled account and one without a password."""

    code = "wrong_login"
    nl = "De naam of het wachtwoord klopt niet."
    en = "The name or the password is wrong."


class WrongCode(Refusal):
    code = "wrong_code"
    nl = "De code klopt niet, of is al gebruikt. Wacht op de volgende code."
    en = "The code is wrong, or was used before. Wait for the next one."


class LockedOut(Refusal):
    """After failures: the same for a name that exists and one that does not."""

    code = "locked_out"
    nl = "Te veel pogingen. Probeer het over {minutes} minuten opnieuw."
    en = "Too many attempts. Try again in {minutes} minutes."


class LinkSpent(Refusal):
    code = "link_spent"
    nl = "Deze link is al gebruikt of verlopen. Vraag een nieuwe aan."
    en = "This link was used before or has expired. Ask for a new one."


class NoRoles(Refusal):
    """The organisation's login knows the person, but no group of theirs has a role here."""

    code = "no_roles"
    nl = "U heeft hier geen rol. Vraag uw beheerder om u toe te voegen aan de juiste groep."
    en = "You have no role here. Ask your administrator to add you to the right group."
