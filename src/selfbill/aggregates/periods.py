"""What a period must be, wherever one is agreed."""

from selfbill.refusals import Refusal
from selfbill.values import Period


class PeriodReversed(Refusal):
    code = "period_reversed"
    nl = "De periode van {first} tot en met {until} eindigt voordat zij begint."
    en = "The period from {first} up to and including {until} ends before it begins."


def refuse_reversed(period: Period) -> None:
    """Raises PeriodReversed for a period without a single day."""
    if period.until is not None and period.until < period.first:
        raise PeriodReversed(first=period.first, until=period.until)
