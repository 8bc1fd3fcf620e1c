-- How many drugs stand out for a patient by chance. The place among reference patients is uniform by construction, so a
-- drug reaches the selective floor in 1 - floor of them, but in no more than reach the potency floor with it:
-- sum over drugs of min(share of patients potent enough, 1 - selective floor). One row a run. Reads the frames clinical and
-- least.
WITH shares AS (
    SELECT s.run_id, s.drug_id, avg((s.score >= l.least)::INTEGER) AS potent
    FROM scores s
    JOIN least l USING (run_id, drug_id)
    WHERE list_contains($run_ids, s.run_id) AND s.selective IS NOT NULL
    GROUP BY s.run_id, s.drug_id
)
SELECT r.indication, sum(least(h.potent, 1 - $selective_floor::DOUBLE)) AS expected,
       coalesce(sum(least(h.potent, 1 - $selective_floor::DOUBLE))
                FILTER ($compounds <> 'clinical' OR coalesce(c.clinical, TRUE)), 0) AS expected_unfolded,
       bool_or(c.clinical IS NOT NULL) AS known
FROM shares h
JOIN runs r USING (run_id)
LEFT JOIN clinical c USING (drug_id)
GROUP BY r.indication
ORDER BY r.indication
