-- Drugs that stand out for a patient: potent enough (score, and place among cell lines) and selective (place among the
-- reference patients), all at stated floors. Most selective first; those folded for want of a clinical record come after all
-- others. The floors are compared as the 32-bit numbers that scores are. Reads the frames clinical and least (the score
-- from which a drug of a run is potent enough by both floors).
WITH chosen AS (
    SELECT s.*, c.clinical, c.clinical_reason, $compounds = 'clinical' AND NOT coalesce(c.clinical, TRUE) AS folded
    FROM scores s
    JOIN least l USING (run_id, drug_id)
    LEFT JOIN clinical c USING (drug_id)
    WHERE list_contains($run_ids, s.run_id)
      AND s.score >= l.least AND s.selective >= $selective_floor::FLOAT
)
SELECT p.run_id, p.patient_id, r.indication, p.drug_id, coalesce(d.name, p.drug_id) AS drug_name, p.score, p.score_low,
       p.score_high, p.selective, p.clinical, p.clinical_reason, p.folded,
       row_number() OVER (PARTITION BY p.run_id, p.patient_id
                          ORDER BY p.folded, p.selective DESC, p.score DESC, p.drug_id)::INTEGER AS rank
FROM chosen p
JOIN runs r USING (run_id)
LEFT JOIN drugs d USING (drug_id)
ORDER BY r.indication, p.patient_id, rank
