-- Up to ten suggestions as a JSON array, with the data version of this very snapshot:
-- what is asked for to the letter, then by tier, the kinds in turn.
SELECT (SELECT epoch || '-' || version FROM data_version),
       '[' || coalesce(string_agg(
           json_build_object('kind', kind, 'value', CASE kind
               WHEN 'title' THEN (SELECT doc::json ->> 'title' FROM movies
                                  WHERE title_key = best.key ORDER BY title_key, year, id LIMIT 1)
               WHEN 'person' THEN ({person_name})
               ELSE ({genre_name})
           END)::text, ',' ORDER BY place), '') || ']'
FROM (
    SELECT *, row_number() OVER (ORDER BY key <> fold($1), tier, turn, kind) AS place
    FROM (
        SELECT *, row_number() OVER (PARTITION BY tier, kind ORDER BY movies DESC, key) AS turn FROM suggest($1)
    ) AS found
    ORDER BY place
    LIMIT 10
) AS best
