"""How much a bank file may hold; more is a mistake or an attack, and would fill the memory."""

MOST_BYTES = 32 * 1024 * 1024
"""As camt some 15,000 bookings with everything in them, more than a day of the largest agency's accounts together; reading so
much takes up to 500 MiB of memory."""
MOST_ENTRIES = 50_000
"""Parts of batches included; 32 MiB of the shortest bookings would be ten times as many."""
MOST_STATEMENTS = 5_000
"""An account of each freelancer of a large agency, in one file."""
MOST_TEXT_CHARACTERS = 10_000
"""Remittance text is 140 characters in SEPA and 390 in MT940; some banks repeat it."""
MOST_EURO_DIGITS = 13
"""A hundred times what the whole country earns in a year."""
MOST_DEPTH = 256
"""Elements within elements: camt has some 15 levels. libxml2 stops here unless it is told that the tree may be huge."""
