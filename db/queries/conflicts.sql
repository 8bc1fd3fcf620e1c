-- What sources contradict each other in: drugs whose name several structures claim, patients whom clinical tables record
-- otherwise. taken: what holds (a drug's best authority; of clinical tables the one ingested last); empty: nothing.
SELECT 'drug' AS what, drug_key AS name, 'structure' AS field, taken, others FROM drug_conflicts
UNION ALL
SELECT 'patient', patient_id, field, taken, others FROM patient_conflicts
ORDER BY what, name, field
