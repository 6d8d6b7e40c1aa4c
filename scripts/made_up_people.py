"""People with Dutch names who do not exist: as many as wanted, the same each time."""

import datetime as dt
from random import Random

from selfbill.aggregates.party import PartyDetails, Representative
from selfbill.identifiers import dutch_iban

_FIRST = (
    "Anna Johanna Maria Cornelia Wilhelmina Elisabeth Hendrika Catharina Petronella Geertruida Jacoba Margaretha "
    "Aaltje Trijntje Neeltje Grietje Sjoukje Femke Sanne Lotte Fleur Eva Julia Sophie Emma Lieke Roos Iris Marijke "
    "Ineke Anneke Joke Wil Ria Truus Nel Riet Corrie Toos Mieke Yvonne Monique Petra Ingrid Saskia Esther Linda "
    "Bianca Chantal Fatima Khadija Aïcha Meryem Zeynep Elif Shanti Indra Mei-Ling Agnieszka Małgorzata Zoë Noëlle "
    "Renée Désirée Jan Piet Kees Klaas Hendrik Gerrit Willem Cornelis Johannes Jacobus Pieter Dirk Arie Teunis "
    "Leendert Marinus Adriaan Antonius Theodorus Lambertus Gijsbert Evert Harm Sjoerd Wiebe Douwe Tjeerd Jelle Bauke "
    "Rients Daan Sem Lucas Finn Thijs Tijs Bram Ruben Lars Niels Jeroen Bas Maarten Wouter Sander Martijn Bart Rik "
    "Mohamed Ahmed Youssef Mustafa Mehmet Ali Rajesh Ravi Wei Krzysztof Łukasz René André Joël"
)
FIRST = _FIRST.split()
_COMMON = (
    "Jansen|de Jong|de Vries|van den Berg|van Dijk|Bakker|Janssen|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|"
    "Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|Kuiper|Kok|Jacobs|"
    "van der Linden|Vermeulen|de Haan|van der Heijden|Schouten|van Beek|Willems|van Vliet|van de Ven|Hoekstra|Maas|"
    "Verhoeven|Koster|van Dam|van der Wal|Prins|Blom|Huisman|Peeters|de Bruijn|van Wijk|Kuijpers|Post|Veenstra|"
    "Kramer|van den Brink|Gerritsen|Martens|de Leeuw|Schipper|Driessen|Evers|van 't Hof|in 't Veld|van der Velden|"
    "ter Horst|ten Brink|te Velde|op den Kamp|Aan de Stegge|El Amrani|El Khatib|Ben Ali|Yılmaz|Öztürk|Demir|Müller|"
    "Schröder|Kowalski|Nguyen|Chin-A-Loi|d'Ancona|Bouzidi|Özdemir|Thijssen|Matthijsen|Cuypers|Lodewijk|Philips|"
    "Schmidt|Quist|Xhofleer|Luijten|Leijten|Nijhuis|Wijnands|Eijkelkamp"
)
COMMON = _COMMON.split("|")
_STEMS = (
    "Olden Wester Ooster Noor Zuider Lange Korte Groene Zwarte Witte Rooden Hoge Lage Eiken Beuken Linden Elzen "
    "Berken Wilgen Dennen Molen Kerk Brug Water Zand Klei Veen Heide Steen Berg Dal Bosch Rijsen Blijden Nieuwen "
    "Ouden Kalver Schapen Paarden Ganzen Zwanen Reigers Kraaien Haver Rogge Tarwe Boek Vlas Kool Appel Peren Kersen "
    "Duivel Engel Konings Prinsen Heeren Munniken Schoon Scheepers Vaders Broeders Ruijg Kuijk Buiten Binnen Over "
    "Achter Voor Middel Wijn Bier Vijf Zeven Acht"
)
STEMS = _STEMS.split()
_ENDS = (
    "burg hof stra ma huis veld land kamp broek dijk huizen man mans laar dam horst voort beek kerk wijk meer berg "
    "donk bosch steijn haar hoven rade graaf zijl boom sloot water brink drecht maat egge heide poel hout kop stein "
    "schot siel"
)
ENDS = _ENDS.split()
PARTICLES = (*(("",) * 9), "van ", "van ", "van der ", "van den ", "van de ", "de ", "ter ", "van 't ")
_CITIES = (
    "Amsterdam Rotterdam Den|Haag Utrecht Eindhoven Groningen Tilburg Almere Breda Nijmegen Apeldoorn Haarlem Arnhem "
    "Enschede Amersfoort Zaanstad 's-Hertogenbosch Hoofddorp Zwolle Zoetermeer Leeuwarden Leiden Maastricht Dordrecht "
    "Ede Alphen|aan|den|Rijn Alkmaar Emmen Delft Venlo Deventer Hilversum Amstelveen Heerlen Roosendaal Oss Schiedam "
    "Helmond Purmerend Spijkenisse Vlaardingen Gouda Lelystad Hoorn Nieuwegein Veenendaal IJsselstein Bergen|op|Zoom "
    "Capelle|aan|den|IJssel Katwijk Zeist Assen Kampen Meppel Coevorden Doetinchem Winterswijk Zutphen Wageningen "
    "Tiel Culemborg Woerden Oudewater Gorinchem Sliedrecht Middelburg Vlissingen Goes Terneuzen Weert"
)
CITIES = _CITIES.split()
_STREETS = (
    "Dorpsstraat Kerkweg Molenlaan Schoolstraat Julianastraat Wilhelminalaan Beatrixstraat Eikenlaan Stationsweg "
    "Nieuwstraat Hoofdstraat Prins|Bernhardlaan Burgemeester|de|Vlugtlaan Lijsterbesstraat Meidoornlaan Singel "
    "Oranjestraat Parklaan Bosweg Zandpad Achterweg Breestraat Kastanjelaan Beukenlaan Wilgenstraat Populierenlaan "
    "Vijverweg Sluiskade Havenstraat Markt"
)
STREETS = _STREETS.split()
WHEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
BANKS = ("ABNA", "INGB", "RABO", "SNSB", "TRIO", "ASNB")


def full_name(chance: Random) -> str:
    """A name; a third of the surnames are the few that many have, as it is."""
    surname = chance.choice(COMMON)
    if chance.random() > 1 / 3:
        surname = chance.choice(PARTICLES) + chance.choice(STEMS) + chance.choice(ENDS)
    first = chance.choice(FIRST)
    if chance.random() < 0.15:
        first = f"{first[0]}.{chance.choice(FIRST)[0]}."
    if chance.random() < 0.08:
        surname += f"-{chance.choice(COMMON)}"
    return f"{first} {surname}"


def person(serial: int) -> PartyDetails:
    """The details of the customer with this serial number."""
    chance = Random(serial)  # noqa: S311 - the same people each time
    name = full_name(chance)
    represented = chance.random() < 0.4
    return PartyDetails(
        name=name,
        street=chance.choice(STREETS).replace("|", " "),
        house_number=str(chance.randint(1, 300)),
        postcode=f"{chance.randint(1000, 9999)} {chance.choice(LETTERS)}{chance.choice(LETTERS)}",
        city=chance.choice(CITIES).replace("|", " "),
        email=f"{name.split()[-1].lower()}{serial}@example.org",
        phone=f"06{chance.randint(10_000_000, 99_999_999)}"
        if chance.random() < 0.7
        else f"0{chance.randint(10, 79)}-{chance.randint(1_000_000, 9_999_999)}",
        iban=dutch_iban(chance.choice(BANKS), str(chance.randint(100_000_000, 999_999_999))),
        representative=Representative(full_name(chance), None, f"06{chance.randint(10_000_000, 99_999_999)}")
        if represented
        else None,
    )
