-- EDP, the efficient drugs for a patient: the best of each patient's scored drugs, as many as edp_sizes says. Ties are
-- broken by drug_id, and marked. Only scores down to the last one that can enter (the temporary table edp_floors) are
-- sorted, and the three steps are three statements: in one, every pair would be kept in memory.
WITH near AS (
    SELECT s.run_id, s.patient_id, s.drug_id, s.score, s.selective, f.entering
    FROM scores s
    JOIN edp_floors f USING (run_id, patient_id)
    WHERE s.score >= f.last_score
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY run_id, patient_id ORDER BY score DESC, drug_id) AS place,
           count(*) OVER (PARTITION BY run_id, patient_id, score) > 1 AS tied
    FROM near
)
SELECT p.run_id, r.indication, p.patient_id, p.drug_id, coalesce(d.name, p.drug_id) AS drug_name,
       p.score, p.selective, p.place::INTEGER AS rank, p.tied
FROM placed p
JOIN runs r USING (run_id)
LEFT JOIN drugs d USING (drug_id)
WHERE p.place <= p.entering
ORDER BY r.indication, p.patient_id, rank
