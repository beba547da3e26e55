-- The documents of a page as a JSON array.
'[' || coalesce(string_agg(doc, ',') FILTER (WHERE place <= {limit}), '') || ']'
