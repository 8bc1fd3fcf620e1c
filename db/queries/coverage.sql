-- One row a source file of evidence: what it declares to have searched, how many records (trials, or drugs with an
-- indication) it holds and how many of those were linked to a drug and an indication.
WITH held AS (
    SELECT source_id, 'trial' AS kind, nct_id AS record_id FROM trials
    UNION SELECT source_id, 'trial', nct_id FROM trial_conditions
    UNION SELECT source_id, 'trial', nct_id FROM trial_interventions
    UNION SELECT source_id, CASE origin WHEN 'repurposing_hub' THEN 'hub' ELSE 'label' END, origin || ':' || drug_key
    FROM indication_records WHERE condition IS NOT NULL OR indication IS NOT NULL
), linked AS (
    SELECT DISTINCT kind, record_id FROM evidence
), origins AS (
    SELECT DISTINCT source_id, origin FROM indication_records
)
SELECT f.name, h.kind,
       coalesce(any_value(o.origin), CASE WHEN starts_with(any_value(f.kind), 'aact') THEN 'aact' ELSE 'clinicaltrials' END) AS origin,
       f.snapshot_date, coalesce(f.coverage, 'partial') AS coverage, count(*) AS records, count(l.record_id) AS linked,
       f.source_id
FROM held h
JOIN source_files f USING (source_id)
LEFT JOIN linked l ON l.kind = h.kind AND l.record_id = h.record_id
LEFT JOIN origins o USING (source_id)
GROUP BY ALL
ORDER BY h.kind, origin, f.name, f.source_id
