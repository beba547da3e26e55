-- The sort keys of one page, from the last year to the first, titles rising in
-- each: one year's walk after the other, no further than the page needs.
SELECT of_year.*
FROM (SELECT year FROM generate_series({first}::int, {last}::int) AS series(year) ORDER BY year DESC) AS one,
     LATERAL ({walk}) AS of_year
ORDER BY one.year DESC, of_year.title_key, of_year.movie_id
LIMIT {limit}
