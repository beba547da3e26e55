-- The sort keys of one page in the order of titles, from each year of a range:
-- at most one page of each is read, however many movies the years hold.
SELECT of_year.*
FROM generate_series({first}::int, {last}::int) AS one(year),
     LATERAL ({walk}) AS of_year
ORDER BY title_key, year, movie_id
LIMIT {limit} + 1
