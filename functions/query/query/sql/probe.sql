-- A further person or genre: the same movie stands under that name too. Asked of
-- each movie walked; as EXISTS it could become a join that starts from the other end.
(
    SELECT true FROM {table} AS probe
    WHERE probe.{column} = (SELECT id FROM {names} WHERE key = {key})
      AND probe.title_key = walk.title_key AND probe.year = walk.year AND probe.movie_id = walk.movie_id
)
