"""selfbill: the billing engine for Dutch care-mediation agencies."""
