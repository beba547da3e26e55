-- What the database takes several names for.
SELECT fold(name) FROM unnest($1) WITH ORDINALITY AS given(name, place) ORDER BY place
