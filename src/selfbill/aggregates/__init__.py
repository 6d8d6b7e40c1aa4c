"""What may happen: events, the state they make, and the decisions that make them. Pure."""
