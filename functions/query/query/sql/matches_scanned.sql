-- The movies that match within a bounded stretch of an index.
SELECT walk.movie_id FROM ({stretch}) AS walk WHERE {conditions} LIMIT {limit}
