-- The answer out of the counts; names only for what is shown.
SELECT (SELECT epoch || '-' || version FROM data_version),
       json_build_object(
           'movies', total.movies,
           'exact', total.exact,
           'genres', coalesce((
               SELECT json_agg(json_build_object('value', ({genre_name}), 'count', shown.movies)
                               ORDER BY shown.movies DESC, shown.key)
               FROM (SELECT by_genre.id, key, by_genre.movies
                     FROM by_genre JOIN genres USING (id) WHERE by_genre.movies > 0
                     ORDER BY by_genre.movies DESC, key LIMIT {genres_max}) AS shown), '[]'),
           'years', coalesce((
               SELECT json_agg(json_build_object('value', year, 'count', movies) ORDER BY year)
               FROM by_year WHERE movies > 0), '[]'),
           'cast', coalesce((
               SELECT json_agg(json_build_object('value', ({person_name}), 'count', shown.movies)
                               ORDER BY shown.movies DESC, shown.key)
               FROM (SELECT often.id, key, often.movies
                     FROM (SELECT id, movies FROM by_person
                           ORDER BY movies DESC FETCH FIRST {cast_max} ROWS WITH TIES) AS often
                     JOIN people USING (id)
                     ORDER BY often.movies DESC, key LIMIT {cast_max}) AS shown), '[]')
       )::text
FROM total
