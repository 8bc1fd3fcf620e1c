-- Evidence of trials: one row a drug, an indication and a trial. A trial that several sources hold is one trial: its
-- facts come from the newest version, then the richest, gaps filled from the others; its conditions and interventions
-- from all. A tumour that no code stands for (myeloma, "advanced solid tumors") is its indication in the record's words,
-- in lower case. Reads the temporary table intervention_parts (intervention, position, part, drug_id).
WITH versions AS (
    SELECT t.*, CASE WHEN starts_with(f.kind, 'aact') THEN 'aact' ELSE 'clinicaltrials' END AS origin,
           row_number() OVER (
               PARTITION BY t.nct_id
               ORDER BY t.updated DESC NULLS LAST,
                        (t.title IS NOT NULL)::INT + (t.status IS NOT NULL)::INT + (t.phase IS NOT NULL)::INT
                        + (t.start_date IS NOT NULL)::INT + (t.why_stopped IS NOT NULL)::INT DESC,
                        t.source_id) AS place
    FROM trials t
    JOIN source_files f USING (source_id)
), once AS (
    SELECT nct_id, first(source_id ORDER BY place) AS source_id, first(origin ORDER BY place) AS origin,
           first(title ORDER BY place) FILTER (title IS NOT NULL) AS title,
           first(status ORDER BY place) FILTER (status IS NOT NULL) AS status,
           first(phase ORDER BY place) FILTER (phase IS NOT NULL) AS phase,
           first(updated ORDER BY place) FILTER (updated IS NOT NULL) AS updated,
           first(start_date ORDER BY place) FILTER (start_date IS NOT NULL) AS start_date
    FROM versions
    GROUP BY nct_id
), coded AS (
    SELECT DISTINCT c.nct_id, k.indication, c.origin
    FROM trial_conditions c
    JOIN condition_codes k USING (condition)
    WHERE k.indication IS NOT NULL AND c.origin <> 'keyword'
), in_words AS (
    -- What stands for no code: special tumours always, general words and other complaints only where nothing else does.
    SELECT DISTINCT c.nct_id, lower(regexp_replace(trim(c.condition), '\s+', ' ', 'g')) AS indication,
           CASE k.how WHEN 'other tumour' THEN 0 WHEN 'not a tumour' THEN 2 ELSE 1 END + CASE c.origin WHEN 'mesh' THEN 3 ELSE 0 END
           AS place
    FROM trial_conditions c
    JOIN condition_codes k USING (condition)
    WHERE k.indication IS NULL AND c.origin <> 'keyword'
), indications AS (
    -- MeSH is broader than what the trial says of itself: it speaks only where the trial's own words lead nowhere.
    SELECT DISTINCT nct_id, indication
    FROM coded c
    WHERE origin = 'condition'
       OR NOT EXISTS (SELECT 1 FROM coded o WHERE o.nct_id = c.nct_id AND o.origin = 'condition')
    UNION
    SELECT nct_id, indication
    FROM in_words
    WHERE place = 0 OR nct_id NOT IN (SELECT nct_id FROM coded)
    QUALIFY place = 0 OR place = min(place) OVER (PARTITION BY nct_id)
), named AS (
    SELECT DISTINCT i.nct_id, p.part, p.drug_id,
           CASE i.kind WHEN 'OTHER_NAME' THEN 'alias' WHEN 'MESH' THEN 'mesh' ELSE 'main' END AS rank
    FROM trial_interventions i
    JOIN intervention_parts p
      ON p.intervention = i.name || chr(31) || array_to_string(coalesce(i.other_names, []), chr(31))
    WHERE i.kind IS NULL OR i.kind IN ('DRUG', 'BIOLOGICAL', 'COMBINATION_PRODUCT', 'OTHER_NAME', 'MESH')
), sizes AS (
    SELECT nct_id, count(DISTINCT coalesce(drug_id, 'text:' || part)) FILTER (rank = 'main') > 1
                   OR count(DISTINCT drug_id) FILTER (rank <> 'mesh') > 1 AS combination
    FROM named
    GROUP BY nct_id
), drugs_of AS (
    SELECT DISTINCT nct_id, drug_id
    FROM named n
    WHERE drug_id IS NOT NULL
      AND (rank <> 'mesh' OR NOT EXISTS (SELECT 1 FROM named o
                                         WHERE o.nct_id = n.nct_id AND o.rank <> 'mesh' AND o.drug_id IS NOT NULL))
)
SELECT d.drug_id, i.indication, 'trial' AS kind, o.origin, o.nct_id AS record_id,
       coalesce(o.status, '') <> 'WITHDRAWN' AS counts, o.phase, o.status,
       coalesce(o.updated, o.start_date) AS record_date, s.combination, o.title AS detail, o.source_id
FROM once o
JOIN indications i USING (nct_id)
JOIN drugs_of d USING (nct_id)
JOIN sizes s USING (nct_id)
ORDER BY ALL
