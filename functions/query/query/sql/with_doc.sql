-- The movies of walked sort keys.
SELECT keys.*, movies.doc FROM ({walk}) AS keys JOIN movies ON movies.id = keys.movie_id
