-- The movies that a search finds; its last tier ends at 1,000.
SELECT found.movie_id FROM {search} AS found ORDER BY title_key, year, movie_id LIMIT {limit}
