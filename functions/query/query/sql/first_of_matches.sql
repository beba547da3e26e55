-- The first of the movies counted that has what is shown.
SELECT doc FROM movies, total WHERE movies.id = total.ids[shown.first]
