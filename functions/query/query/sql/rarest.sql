-- A link's condition where a movie must have several genres: the one with the fewest movies is walked.
walk.genre_id = (
    SELECT id FROM genres WHERE key IN ({keys})
    ORDER BY (SELECT sum(movies) FROM genre_counts WHERE genre_id = genres.id), id LIMIT 1
)
