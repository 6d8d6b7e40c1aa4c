"""What runs: the clock that finds what is due, the workers that do it, the follower that shows it, and how they are put together."""
