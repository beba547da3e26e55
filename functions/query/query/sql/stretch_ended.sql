-- Whether a stretch ended by itself, and not at its limit.
(SELECT count(*) < {entries_max} FROM ({stretch}) AS stretch)
