-- What a statement gives for each of several who ask, in one snapshot; behind each row, whose it is.
SELECT given.*, asked.place
FROM unnest({places}) WITH ORDINALITY AS asked({names}, place), LATERAL ({statement}) AS given
