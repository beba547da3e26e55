-- The documents of a page, one a line.
coalesce(string_agg(doc, E'\n') FILTER (WHERE place <= {limit}), '')
