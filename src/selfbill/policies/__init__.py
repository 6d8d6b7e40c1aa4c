"""What must happen next: each policy turns events into agenda items and does what is due. A fold never acts, an act never folds."""
