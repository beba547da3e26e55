-- How many movies match, at most {count_max}, and whether that is all.
(SELECT least(count(*), {count_max}) || CASE WHEN count(*) > {count_max} THEN '+' ELSE '' END
 FROM (SELECT FROM {table} AS walk WHERE {conditions} LIMIT {count_max} + 1) AS matches)
