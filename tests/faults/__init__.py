"""Faults of a whole system on one machine: what is broken, what callers notice, how long it lasts (`make faults`)."""
