-- The search itself.
-- depends: 0003_search

-- title_score(...): how well a title fits what was asked for, 0 to 699. typed: the words
-- as they were typed; spellings: those and the words near them.
CREATE FUNCTION title_score(title_key text, asked text, typed text[], spellings text[]) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    title text[] := CASE WHEN title_key ~ '[!-/:-@\[-`{-~«»¿¡·]' THEN words(title_key) ELSE string_to_array(title_key, ' ') END;
    word  text;
    exact integer := 0;
    spelt integer := 0;
BEGIN
    IF cardinality(title) = 0 OR cardinality(typed) = 0 THEN
        RETURN 0;
    END IF;
    FOREACH word IN ARRAY title LOOP
        exact := exact + (word = ANY (typed))::integer;
        spelt := spelt + (word = ANY (spellings))::integer;
    END LOOP;
    RETURN CASE WHEN title_key = asked THEN 500 WHEN starts_with(title_key, asked) THEN 50 ELSE 0 END
         + 100 * least(spelt, cardinality(typed)) / cardinality(typed)
         + 50 * least(exact, cardinality(typed)) / cardinality(typed)
         + 49 * spelt / cardinality(title);
END $$;

-- near_words(typed, common): for each word its spellings in titles and names, one letter
-- away at most: the word itself first, then those that begin with the same letter.
-- Words that very many movies have are spelt right; none is looked for in their place.
CREATE FUNCTION near_words(typed text[], common integer) RETURNS TABLE (word text, spellings text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_bitmapscan = on AS $$
BEGIN
    FOREACH word IN ARRAY typed LOOP
        spellings := ARRAY[word];
        IF NOT EXISTS (SELECT FROM term_counts WHERE term = '+' || word AND movies >= common) THEN
            spellings := spellings || ARRAY(
                SELECT near.word FROM name_words AS near
                WHERE near_spellings(near.word) && near_spellings(near_words.word) AND near.word <> near_words.word
                  AND NOT EXISTS (SELECT FROM term_counts WHERE term = '+' || near.word AND movies >= common)
                ORDER BY left(near.word, 1) <> left(near_words.word, 1), near.word
                LIMIT 24
            );
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- The filters beside q; null where there is none of a kind.
CREATE TYPE movie_filters AS (
    first_year smallint, last_year smallint, title_key text, person_ids integer[], genre_ids integer[]
);
CREATE FUNCTION passes(
    filters movie_filters, title_key text, year smallint, person_ids integer[], genre_ids integer[]
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((filters).first_year IS NULL OR year BETWEEN (filters).first_year AND (filters).last_year)
   AND ((filters).title_key IS NULL OR title_key = (filters).title_key)
   AND ((filters).person_ids IS NULL OR person_ids @> (filters).person_ids)
   AND ((filters).genre_ids IS NULL OR genre_ids @> (filters).genre_ids);

-- found_by(...): one tier: the movies with these terms, scored from `tier` up.
CREATE FUNCTION found_by(
    wanted tsquery, filters movie_filters, tier integer, asked text, typed text[], spellings text[], person integer,
    movies_max integer
) RETURNS TABLE (movie_id uuid, title_key text, year smallint, score integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
    SELECT m.id, m.title_key, m.year,
           tier + title_score(m.title_key, asked, typed, spellings)
           + CASE WHEN m.person_ids @> ARRAY[person] THEN 200 ELSE 0 END
    FROM movies AS m
    WHERE search_terms(m.title_key, m.doc) @@ wanted
      AND passes(filters, m.title_key, m.year, m.person_ids, m.genre_ids)
    LIMIT movies_max;
END $$;

-- titles_from(...): the movies whose title begins with what was asked for.
CREATE FUNCTION titles_from(asked text, filters movie_filters, tier integer, typed text[])
RETURNS TABLE (movie_id uuid, title_key text, year smallint, score integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
    SELECT m.id, m.title_key, m.year, tier + title_score(m.title_key, asked, typed, typed)
    FROM (
        SELECT * FROM movies AS each
        WHERE each.title_key >= asked AND each.title_key < asked || U&'\+10FFFF'
        ORDER BY each.title_key, each.year, each.id
        LIMIT 1000
    ) AS m
    WHERE passes(filters, m.title_key, m.year, m.person_ids, m.genre_ids);
END $$;

-- search_movies(...): the movies that q finds among those that the filters leave, each
-- with its score; in no order. Three tiers, the scores of one all above those of the next:
--   2000: every word stands in the title or in the cast, as it was typed;
--   1000: the same with words one letter away, only where fewer than ten movies match
--         as typed and q is neither a whole title nor a whole name;
--      0: some words stand in the extract.
-- enough: further tiers are left out once so many movies are found (null: never).
--
-- Bounds: a word that more than some 5,000 movies have ("the") is passed over beside a rarer
-- one, but for the score. Where there is no rarer one, the titles that begin with q are found,
-- 1,000 at most, and words that 50,000 movies or fewer have are looked for in extracts; of
-- these the first 1,000 movies are found. The other tiers end at 10,000.
--
-- A function and not a statement of query, because it alone needs bitmap scans, which
-- query's sessions do without, and because it looks no further than it must.
CREATE FUNCTION search_movies(
    q text, first_year smallint, last_year smallint, name text, cast_names text[], genre_names text[],
    enough integer
) RETURNS TABLE (movie_id uuid, title_key text, year smallint, score integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_bitmapscan = on SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    common    CONSTANT integer := 157;    -- in one movie of 32: 5,000 movies
    very_common CONSTANT integer := 1563;  -- 50,000 movies
    asked     CONSTANT text := fold(q);
    asked_for CONSTANT text[] := ARRAY(SELECT DISTINCT left(word, 100) FROM unnest((words(q))[1:12]) AS word);
    person    CONSTANT integer := (SELECT id FROM people WHERE key = fold(q));
    filters   CONSTANT movie_filters := ROW(
        first_year, last_year, fold(name),
        -- A name that nobody has is a null among the ids, and no array contains that.
        CASE WHEN cast_names IS NOT NULL THEN
            ARRAY(SELECT id FROM unnest(cast_names) AS each LEFT JOIN people ON key = fold(each)) END,
        CASE WHEN genre_names IS NOT NULL THEN
            ARRAY(SELECT id FROM unnest(genre_names) AS each LEFT JOIN genres ON key = fold(each)) END);
    rare_names  text[];
    typed       tsquery;
    anywhere    tsquery;
    near        tsquery;
    spellings   text[];
    total       integer;
    found       integer;
BEGIN
    SELECT array_agg(word) FILTER (WHERE coalesce(named.movies, 0) < common),
           (string_agg('''+' || word || '''', ' & ') FILTER (WHERE coalesce(named.movies, 0) < common))::tsquery,
           coalesce(
               string_agg('(''+' || word || ''' | ''' || word || ''')', ' & ')
                   FILTER (WHERE coalesce(named.movies, 0) + coalesce(told.movies, 0) < common),
               string_agg('(''+' || word || ''' | ''' || word || ''')', ' & ')
                   FILTER (WHERE coalesce(named.movies, 0) + coalesce(told.movies, 0) < very_common))::tsquery
    INTO rare_names, typed, anywhere
    FROM unnest(asked_for) AS word
    LEFT JOIN term_counts AS named ON named.term = '+' || word
    LEFT JOIN term_counts AS told ON told.term = word;

    IF typed IS NOT NULL THEN
        RETURN QUERY SELECT * FROM found_by(typed, filters, 2000, asked, asked_for, asked_for, person, 10000);
    ELSE
        RETURN QUERY SELECT * FROM titles_from(asked, filters, 2000, asked_for);
    END IF;
    GET DIAGNOSTICS total = ROW_COUNT;
    IF total >= enough THEN
        RETURN;
    END IF;

    IF total < 10 AND typed IS NOT NULL AND person IS NULL
       AND NOT EXISTS (SELECT FROM movies WHERE title_key = asked) THEN
        SELECT string_agg('(''+' || array_to_string(n.spellings, ''' | ''+') || ''')', ' & ')::tsquery,
               string_to_array(string_agg(array_to_string(n.spellings, ' '), ' '), ' ')
        INTO near, spellings
        FROM near_words(rare_names, common) AS n;
        RETURN QUERY SELECT * FROM found_by(near && !! typed, filters, 1000, asked, asked_for, spellings, person, 10000);
        GET DIAGNOSTICS found = ROW_COUNT;
        total := total + found;
        IF total >= enough THEN
            RETURN;
        END IF;
    END IF;

    IF anywhere IS NOT NULL THEN
        -- Without what the tiers above have found; a query that is null found nothing.
        RETURN QUERY SELECT * FROM found_by(
            CASE WHEN typed IS NULL THEN anywhere WHEN near IS NULL THEN anywhere && !! typed
                 ELSE anywhere && !! (typed || near) END, filters, 0, asked, asked_for, asked_for, person, 1000);
    END IF;
END $$;
