-- In the cursor's year what follows it, in every earlier year all.
(walk.title_key, walk.{id}) > (
    CASE WHEN one.year = {year} THEN {title_key} ELSE '' END,
    CASE WHEN one.year = {year} THEN {movie_id} ELSE '00000000-0000-0000-0000-000000000000' END
)
