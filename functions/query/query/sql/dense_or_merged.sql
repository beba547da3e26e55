-- The sort keys of one page of a long range of years. Where many movies are in
-- the range, a short stretch of all titles fills the page; where that does not,
-- the years are merged, and it was little that was read in vain.
WITH dense AS MATERIALIZED (
    SELECT * FROM ({stretch}) AS stretch WHERE year BETWEEN {first} AND {last}
    ORDER BY title_key, year, movie_id
    LIMIT {limit} + 1
)
SELECT * FROM dense WHERE (SELECT count(*) FROM dense) > {limit}
UNION ALL
SELECT * FROM ({merged}) AS merged WHERE (SELECT count(*) FROM dense) <= {limit}
