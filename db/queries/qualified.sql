-- Qualified: a DEI drug with at least one Proved and no Contradicted indication, by in-clinical-test records
-- (label_trial), over the indications ranked; with only one of those it cannot be assessed.
-- Reads the frame dei.
WITH gathered AS (
    SELECT drug_id, any_value(drug_name) AS drug_name,
           list(indication ORDER BY indication) FILTER (label_trial = 'Proved') AS proved,
           list(indication ORDER BY indication) FILTER (label_trial = 'Contradicted') AS contradicted,
           list(indication ORDER BY indication) FILTER (label_trial = 'Not searched') AS not_searched,
           list(indication ORDER BY indication) AS ranked,
           list_contains($excluded, drug_id) AS excluded
    FROM dei
    GROUP BY drug_id
), filled AS (
    SELECT * REPLACE (coalesce(proved, []) AS proved, coalesce(contradicted, []) AS contradicted,
                      coalesce(not_searched, []) AS not_searched)
    FROM gathered
)
SELECT drug_id, drug_name,
       CASE WHEN excluded THEN 'no'
            WHEN len(ranked) < 2 THEN 'not assessable'
            WHEN len(contradicted) > 0 OR len(proved) = 0 THEN 'no'
            ELSE 'yes' END AS qualified,
       CASE WHEN excluded THEN 'excluded by setting'
            WHEN len(ranked) < 2 THEN 'only one indication ranked: ' || ranked[1]
            WHEN len(contradicted) > 0 THEN 'Contradicted in ' || array_to_string(contradicted, ', ')
            WHEN len(proved) = 0 THEN 'no Proved indication'
            ELSE 'Proved in ' || array_to_string(proved, ', ') || ', Contradicted in none' END
       || CASE WHEN len(not_searched) > 0 THEN '; not searched: ' || array_to_string(not_searched, ', ') ELSE '' END
       AS reason,
       proved, contradicted, not_searched, ranked AS indications_ranked
FROM filled
ORDER BY CASE qualified WHEN 'yes' THEN 0 WHEN 'not assessable' THEN 1 ELSE 2 END, drug_name, drug_id
