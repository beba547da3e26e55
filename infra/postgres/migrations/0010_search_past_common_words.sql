-- The search of 0008 that forgives a letter in a very common word too, and whose statement has
-- nothing to do with filters where there are none.
-- depends: 0009_last_error

-- common_near(words): those that may be a very common word with a letter wrong, and the words that
-- were meant then; of one or two letters, too few to be compared, any may be. No movie is looked
-- for by such a word, however it is spelt.
CREATE FUNCTION common_near(typed text[], common integer) RETURNS TABLE (word text, meant text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_bitmapscan = on AS $$
BEGIN
    FOREACH word IN ARRAY typed LOOP
        meant := ARRAY(
            SELECT near.word FROM name_words AS near JOIN term_counts ON term = '+' || near.word
            WHERE near_spellings(near.word) && near_spellings(common_near.word) AND movies >= common
            ORDER BY near.word
        );
        IF meant <> '{}' OR length(word) < 3 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

-- search_movies(...): as in 0004_search_movies, where its tiers and bounds are described, and 0008;
-- but in the tier of words one letter away, who may be a common word is passed over like that one,
-- as long as another word is left.
-- Each execution of a statement in a function begins with all of its expressions being made ready:
-- most searches have no filter, and their statement names none. Words are few: a loop over them
-- takes less than a statement does.
CREATE OR REPLACE FUNCTION search_movies(
    q text, first_year smallint, last_year smallint, name text, cast_names text[], genre_names text[],
    enough integer
) RETURNS TABLE (movie_id uuid, title_key text, year smallint, score integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET enable_bitmapscan = on SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    asked       CONSTANT text := fold(q);
    filters     movie_filters;     -- null where there is none
    word        text;
    asked_for   text[] := '{}';    -- the words of q, each once
    common      text[];            -- their terms that are (157: counted in one movie of 32)
    very_common text[];
    rare_names  text[] := '{}';    -- those of the words that are not common in names
    rare        text[] := '{}';    -- those that are common nowhere
    person      integer;
    is_title    boolean;
    typed       tsquery;
    anywhere    text := '';
    wanted      tsquery;
    before      tsquery;           -- what the tiers above have found
    spellings   text[];
    tier        integer;
    total       integer := 0;
    found       integer;
BEGIN
    IF first_year IS NOT NULL OR name IS NOT NULL OR cast_names IS NOT NULL OR genre_names IS NOT NULL THEN
        filters := ROW(
            first_year, last_year, fold(name),
            -- A name that nobody has is a null among the ids, and no array contains that.
            CASE WHEN cast_names IS NOT NULL THEN
                ARRAY(SELECT id FROM unnest(cast_names) AS each LEFT JOIN people ON key = fold(each)) END,
            CASE WHEN genre_names IS NOT NULL THEN
                ARRAY(SELECT id FROM unnest(genre_names) AS each LEFT JOIN genres ON key = fold(each)) END);
    END IF;
    FOREACH word IN ARRAY (words(q))[1:12] LOOP
        word := left(word, 100);
        IF word <> ALL (asked_for) THEN
            asked_for := asked_for || word;
        END IF;
    END LOOP;
    -- The numbers stand here as the index has them.
    SELECT array_agg(term), array_agg(term) FILTER (WHERE movies >= 1563),
           (SELECT id FROM people WHERE key = asked),
           (SELECT true FROM movies WHERE title_key = asked LIMIT 1)
    INTO common, very_common, person, is_title
    FROM term_counts
    WHERE movies >= 157
      AND term = ANY (asked_for || string_to_array('+' || array_to_string(asked_for, ' +'), ' '));
    IF common IS NULL THEN
        rare_names := asked_for;
        rare := asked_for;
    ELSE
        FOREACH word IN ARRAY asked_for LOOP
            CONTINUE WHEN '+' || word = ANY (common);
            rare_names := rare_names || word;
            IF word <> ALL (common) THEN
                rare := rare || word;
            END IF;
        END LOOP;
        IF rare = '{}' THEN
            very_common := coalesce(very_common, '{}');
            rare := ARRAY(SELECT w FROM unnest(asked_for) AS w
                          WHERE w <> ALL (very_common) AND '+' || w <> ALL (very_common));
        END IF;
    END IF;
    IF rare_names <> '{}' THEN
        typed := ('''+' || array_to_string(rare_names, ''' & ''+') || '''')::tsquery;
    END IF;
    FOREACH word IN ARRAY rare LOOP
        anywhere := anywhere || ' & (''+' || word || ''' | ''' || word || ''')';
    END LOOP;

    FOREACH tier IN ARRAY ARRAY[2000, 1000, 0] LOOP
        spellings := asked_for;
        IF tier = 2000 THEN
            IF typed IS NULL THEN
                RETURN QUERY SELECT * FROM titles_from(asked, filters, tier, asked_for);
                GET DIAGNOSTICS total = ROW_COUNT;
                EXIT WHEN total >= enough;
                CONTINUE;
            END IF;
            wanted := typed;
            before := typed;
        ELSIF tier = 1000 THEN
            CONTINUE WHEN total >= 10 OR typed IS NULL OR person IS NOT NULL OR is_title;
            SELECT coalesce(string_agg(any_of, ' & ') FILTER (WHERE meant IS NULL), string_agg(any_of, ' & '))::tsquery,
                   string_to_array(string_agg(array_to_string(n.spellings || meant, ' '), ' '), ' ')
            INTO wanted, spellings
            FROM near_words(rare_names, 157) AS n
            LEFT JOIN common_near(rare_names, 157) AS c ON c.word = n.word,
            LATERAL (SELECT '(''+' || array_to_string(n.spellings, ''' | ''+') || ''')') AS each(any_of);
            before := before || wanted;
            wanted := wanted && !! typed;
        ELSE
            EXIT WHEN anywhere = '';
            wanted := substr(anywhere, 4)::tsquery;
            IF before IS NOT NULL THEN
                wanted := wanted && !! before;
            END IF;
        END IF;
        IF filters IS NULL THEN
            RETURN QUERY
            SELECT m.id, m.title_key, m.year,
                   tier + CASE WHEN m.title_key = asked THEN 699 ELSE title_score(m.title_key, asked, asked_for, spellings) END
                   + CASE WHEN m.person_ids @> ARRAY[person] THEN 200 ELSE 0 END
            FROM movies AS m
            WHERE search_terms(m.title_key, m.doc) @@ wanted
            LIMIT CASE tier WHEN 0 THEN 1000 ELSE 10000 END;
        ELSE
            RETURN QUERY
            SELECT m.id, m.title_key, m.year,
                   tier + CASE WHEN m.title_key = asked THEN 699 ELSE title_score(m.title_key, asked, asked_for, spellings) END
                   + CASE WHEN m.person_ids @> ARRAY[person] THEN 200 ELSE 0 END
            FROM movies AS m
            WHERE search_terms(m.title_key, m.doc) @@ wanted
              AND passes(filters, m.title_key, m.year, m.person_ids, m.genre_ids)
            LIMIT CASE tier WHEN 0 THEN 1000 ELSE 10000 END;
        END IF;
        GET DIAGNOSTICS found = ROW_COUNT;
        total := total + found;
        EXIT WHEN total >= enough;
    END LOOP;
END $$;
