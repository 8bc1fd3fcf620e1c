-- Every record linked to a drug and an indication, one row a pair and record. A drug that only the records name
-- (an antibody, a mixture) goes by its key.
SELECT e.drug_id, coalesce(d.name, regexp_replace(e.drug_id, '^name:', '')) AS drug_name, e.indication, e.kind, e.origin, e.record_id, e.phase,
       e.status, e.record_date, e.combination, e.counts, e.detail
FROM evidence e
LEFT JOIN drugs d USING (drug_id)
ORDER BY e.indication, drug_name, e.drug_id, e.kind, e.origin, e.record_id
