"""Making read models anew from all events, while people go on working."""
