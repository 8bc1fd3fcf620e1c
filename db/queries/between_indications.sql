-- Scores by indication, drug and patient: what screen.ranking.between_indications counts over.
SELECT r.indication, s.drug_id, s.score
FROM scores s
JOIN runs r USING (run_id)
WHERE list_contains($run_ids, s.run_id)
