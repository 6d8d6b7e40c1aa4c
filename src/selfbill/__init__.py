"""selfbill: the billing engine for Dutch care-mediation agencies."""

__version__ = "0.1.0"
