-- The name of a person or a genre as a movie has it; {list} is the list of the movie's JSON
-- that it stands in. The quick way looks for the key in the JSON as it stands; what it finds
-- is checked.
SELECT CASE WHEN fold(quick) = {key} THEN quick ELSE (
           SELECT name FROM json_array_elements_text(doc::json -> '{list}') AS name WHERE fold(name) = {key} LIMIT 1
       ) END
FROM (
    SELECT doc, substr(names, strpos(lower(names), '"' || {key} || '"') + 1, length({key})) AS quick
    FROM (SELECT doc, substr(doc, strpos(doc, '"{list}":['), 200) AS names FROM ({doc}) AS movie) AS movie
    OFFSET 0  -- once, not wherever it is used
) AS found
