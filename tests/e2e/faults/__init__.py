"""Faults of the whole system on a real cluster: what is broken, what callers notice (`make e2e-faults`)."""
