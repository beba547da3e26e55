-- What completes or nearly matches the beginning of a title, a name or a genre.
-- depends: 0004_search_movies

CREATE INDEX people_words ON people USING gin (array_to_tsvector(words(key)));
CREATE FUNCTION finish_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM finish_index('people_words');
    RETURN NULL;
END $$;
CREATE TRIGGER people_finished AFTER INSERT ON people FOR EACH STATEMENT EXECUTE FUNCTION finish_people();

-- with_words(...): people and titles with these words that do not begin with what was
-- asked for. wanted: of the words alone; terms: the same as search_terms() has them.
CREATE FUNCTION with_words(asked text, wanted tsquery, terms tsquery) RETURNS TABLE (kind text, key text, movies bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'person', p.key, c.movies
    FROM (
        SELECT id, people.key FROM people
        WHERE array_to_tsvector(words(people.key)) @@ wanted AND NOT starts_with(people.key, asked)
        LIMIT 500
    ) AS p
    JOIN person_counts AS c ON c.person_id = p.id AND c.movies > 0
    ORDER BY c.movies DESC, p.key
    LIMIT 10;
    RETURN QUERY
    SELECT DISTINCT 'title', m.title_key, 0::bigint
    FROM (
        SELECT title_key FROM movies WHERE search_terms(title_key, doc) @@ terms LIMIT 1000
    ) AS m
    WHERE array_to_tsvector(words(m.title_key)) @@ wanted AND NOT starts_with(m.title_key, asked)
    ORDER BY m.title_key
    LIMIT 10;
END $$;

-- suggest(q): keys of titles, people and genres, each with its tier and how many movies
-- it has (titles: 0); at most ten of a kind in a tier, in no order. The tiers:
--   1: it begins with q;
--   2: it has the words of q, the last one perhaps not written out;
--   3: it has words one letter away from those of q.
-- A further tier is looked at only while there are fewer than ten. Bounds: 200 people,
-- 50 titles that begin with q; 500 people, 1,000 movies in a further tier.
CREATE FUNCTION suggest(q text) RETURNS TABLE (tier integer, kind text, key text, movies bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_bitmapscan = on SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    asked CONSTANT text := fold(q);
    ending CONSTANT text := U&'\+10FFFF';
    typed CONSTANT text[] := ARRAY(SELECT left(word, 100) FROM unnest((words(q))[1:12]) AS word);
    completing tsquery;
    near tsquery;
    near_terms tsquery;
    found integer;
    total integer;
BEGIN
    RETURN QUERY
    SELECT 1, 'genre', g.key, (SELECT sum(c.movies)::bigint FROM genre_counts AS c WHERE c.genre_id = g.id)
    FROM genres AS g
    WHERE g.key >= asked AND g.key < asked || ending AND EXISTS (SELECT FROM movie_genres WHERE genre_id = g.id)
    ORDER BY g.key
    LIMIT 10;
    GET DIAGNOSTICS total = ROW_COUNT;
    RETURN QUERY
    SELECT 1, 'person', p.key, c.movies
    FROM (
        SELECT id, people.key FROM people
        WHERE people.key >= asked AND people.key < asked || ending
        ORDER BY people.key
        LIMIT 200
    ) AS p
    JOIN person_counts AS c ON c.person_id = p.id AND c.movies > 0
    ORDER BY c.movies DESC, p.key
    LIMIT 10;
    GET DIAGNOSTICS found = ROW_COUNT;
    total := total + found;
    RETURN QUERY
    SELECT DISTINCT 1, 'title', t.title_key, 0::bigint
    FROM (
        SELECT title_key FROM movies
        WHERE title_key >= asked AND title_key < asked || ending
        ORDER BY title_key, year, id
        LIMIT 50
    ) AS t
    ORDER BY t.title_key
    LIMIT 10;
    GET DIAGNOSTICS found = ROW_COUNT;
    total := total + found;
    IF total >= 10 OR cardinality(typed) = 0 THEN
        RETURN;
    END IF;

    completing := ('''' || array_to_string(typed, ''' & ''') || ''':*')::tsquery;
    RETURN QUERY
    SELECT 2, * FROM with_words(asked, completing, ('''+' || array_to_string(typed, ''' & ''+') || ''':*')::tsquery);
    GET DIAGNOSTICS found = ROW_COUNT;
    total := total + found;
    IF total >= 10 THEN
        RETURN;
    END IF;

    SELECT string_agg('(''' || array_to_string(n.spellings, ''' | ''') || ''')', ' & ')::tsquery,
           string_agg('(''+' || array_to_string(n.spellings, ''' | ''+') || ''')', ' & ')::tsquery
    INTO near, near_terms
    FROM near_words(typed, 157) AS n;
    RETURN QUERY SELECT 3, * FROM with_words(asked, near && !! completing, near_terms);
END $$;
