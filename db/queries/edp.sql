-- EDP, the efficient drugs for a patient: of each patient's n scored drugs the best ceil(n x numerator / denominator),
-- in whole numbers, so that 5% of 60 is 3. Ties are broken by drug_id, and marked.
-- Only values down to the last one that can enter are sorted: millions of pairs pass in seconds.
WITH pairs AS (
    SELECT s.run_id, r.indication, s.patient_id, s.drug_id, s.score, s.selective,
           CASE WHEN $by = 'selective' THEN coalesce(s.selective, -1) ELSE s.score END AS value
    FROM scores s
    JOIN runs r USING (run_id)
    WHERE list_contains($run_ids, s.run_id)
), sizes AS (
    SELECT run_id, patient_id, (count(*) * $numerator + $denominator - 1) // $denominator AS entering
    FROM pairs
    GROUP BY run_id, patient_id
), last_values AS (
    SELECT p.run_id, p.patient_id, z.entering, list_min(max(p.value, z.entering)) AS last_value
    FROM pairs p
    JOIN sizes z USING (run_id, patient_id)
    GROUP BY p.run_id, p.patient_id, z.entering
), near AS (
    SELECT p.*, l.entering,
           row_number() OVER (PARTITION BY p.run_id, p.patient_id ORDER BY p.value DESC, p.drug_id) AS place,
           count(*) OVER (PARTITION BY p.run_id, p.patient_id, p.value) > 1 AS tied
    FROM pairs p
    JOIN last_values l USING (run_id, patient_id)
    WHERE p.value >= l.last_value
)
SELECT n.run_id, n.indication, n.patient_id, n.drug_id, coalesce(d.name, n.drug_id) AS drug_name,
       n.score, n.selective, n.place::INTEGER AS rank, n.tied
FROM near n
LEFT JOIN drugs d USING (drug_id)
WHERE n.place <= n.entering
ORDER BY n.indication, n.patient_id, rank
