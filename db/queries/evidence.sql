-- Every record linked to a drug and an indication, one row a pair and record.
SELECT e.drug_id, coalesce(d.name, e.drug_id) AS drug_name, e.indication, e.kind, e.origin, e.record_id, e.phase,
       e.status, e.record_date, e.combination, e.counts, e.detail
FROM evidence e
LEFT JOIN drugs d USING (drug_id)
ORDER BY e.indication, drug_name, e.drug_id, e.kind, e.origin, e.record_id
