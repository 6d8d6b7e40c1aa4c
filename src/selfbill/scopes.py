"""What a program may do for an agency with its token."""

from enum import StrEnum


class Scope(StrEnum):
    """Each is asked for by the calls of the API that need it."""

    READ = "read"
    PAYMENTS = "payments"
    """Say what payments pay."""
    CLIENTS = "clients"
    """Change the data of customers and freelancers."""
