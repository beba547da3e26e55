-- The sort keys of one page, from each year of a short range, merged.
SELECT of_year.*
FROM generate_series({first}::int, {last}::int) AS one(year),
     LATERAL ({walk}) AS of_year
ORDER BY title_key, year, movie_id
LIMIT {limit} + 1
