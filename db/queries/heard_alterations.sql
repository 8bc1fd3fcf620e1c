-- One row a patient, drug and alteration that the current ranking's score has heard.
SELECT h.patient_id, r.indication, h.drug_id, coalesce(d.name, h.drug_id) AS drug_name, h.alteration, h.altered,
       s.score, h.score_without, s.rank, h.run_id
FROM heard_alterations h
JOIN current_runs r USING (run_id)
JOIN scores s USING (run_id, patient_id, drug_id)
LEFT JOIN drugs d USING (drug_id)
ORDER BY r.indication, h.patient_id, s.rank, h.alteration
