-- Which scored drugs were ever given to people, by the sources read: a clinical phase in the Repurposing Hub, a trial that
-- counts, or a label. NULL: no source of phases, trials or labels was read, so that it is not known of any drug.
WITH sources AS (
    SELECT EXISTS (FROM drugs WHERE hub_phase IS NOT NULL)
           OR EXISTS (FROM evidence WHERE kind IN ('trial', 'label')) AS read
), records AS (
    SELECT drug_id, bool_or(kind = 'label') AS labelled, count(DISTINCT record_id) FILTER (kind = 'trial') AS trials
    FROM evidence
    WHERE counts AND kind IN ('trial', 'label')
    GROUP BY drug_id
), scored AS (
    SELECT DISTINCT drug_id FROM run_drugs WHERE list_contains($run_ids, run_id) AND scored
)
SELECT s.drug_id,
       CASE WHEN read THEN coalesce(d.hub_phase, 'Preclinical') <> 'Preclinical' OR r.drug_id IS NOT NULL END AS clinical,
       CASE WHEN NOT read THEN 'no source of phases, trials or labels was read'
            WHEN d.hub_phase <> 'Preclinical' THEN 'Repurposing Hub: ' || d.hub_phase
            WHEN labelled THEN 'label'
            WHEN trials = 1 THEN '1 trial'
            WHEN trials > 1 THEN trials || ' trials'
            WHEN d.hub_phase IS NOT NULL THEN 'Repurposing Hub: ' || d.hub_phase || '; no trial or label in the sources read'
            ELSE 'no phase, trial or label in the sources read' END AS clinical_reason
FROM scored s
CROSS JOIN sources
LEFT JOIN drugs d USING (drug_id)
LEFT JOIN records r USING (drug_id)
ORDER BY s.drug_id
