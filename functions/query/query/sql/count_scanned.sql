-- How many of the first {count_max} entries of an index match, and whether that is all.
(SELECT count(*) FILTER (WHERE {probes}) || CASE WHEN count(*) > {count_max} THEN '+' ELSE '' END
 FROM (SELECT walk.* FROM {table} AS walk WHERE {conditions} LIMIT {count_max} + 1) AS walk)
