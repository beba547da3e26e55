-- How many movies a search finds, and whether that is all: its last tier ends at 1,000.
(SELECT count(*) || CASE WHEN count(*) >= 1000 THEN '+' ELSE '' END FROM {search} AS found)
