-- Evidence of labels and of the Repurposing Hub: one row a drug, an indication and a source. A tumour that no code stands
-- for is its indication in the record's words, in lower case; what is no tumour is no record. Reads the temporary
-- table record_parts (drug_name, part, drug_id).
WITH coded AS (
    SELECT r.*, coalesce(m.member, k.indication, CASE WHEN k.how <> 'not a tumour' AND length(r.condition) <= 120
                         THEN lower(regexp_replace(trim(r.condition), '\s+', ' ', 'g')) END) AS code
    FROM indication_records r
    LEFT JOIN indication_members m ON m.indication = r.indication
    LEFT JOIN condition_codes k ON r.indication IS NULL AND k.condition = r.condition
), sizes AS (
    SELECT drug_name, count(DISTINCT coalesce(drug_id, part)) > 1 AS combination FROM record_parts GROUP BY drug_name
)
SELECT p.drug_id, c.code AS indication, CASE c.origin WHEN 'repurposing_hub' THEN 'hub' ELSE 'label' END AS kind,
       c.origin, c.origin || ':' || c.drug_key AS record_id, TRUE AS counts, min(c.phase) AS phase,
       NULL::VARCHAR AS status, any_value(f.snapshot_date) AS record_date, s.combination,
       string_agg(DISTINCT coalesce(c.sentence, c.condition), '; '
                  ORDER BY coalesce(c.sentence, c.condition)) AS detail,
       c.source_id
FROM coded c
JOIN record_parts p USING (drug_name)
JOIN sizes s USING (drug_name)
JOIN source_files f USING (source_id)
WHERE c.code IS NOT NULL
GROUP BY p.drug_id, c.code, c.origin, c.drug_key, s.combination, c.source_id
ORDER BY ALL
