-- Prediction crossed with record, for the pairs given (drug_id, indication, efficient; screen.evidence.labels).
-- recorded and searched look at all kinds of evidence, the _trial columns at trials alone. A code that stands for
-- several (COADREAD) is recorded where one of them is, searched where all of them are. NULL efficient: no label.
WITH single AS (
    SELECT p.drug_id, p.indication, p.efficient, coalesce(m.member, p.indication) AS member
    FROM pairs p
    LEFT JOIN indication_members m USING (indication)
), records AS (
    SELECT drug_id, indication AS member, TRUE AS recorded, bool_or(kind = 'trial') AS recorded_trial
    FROM evidence
    WHERE counts
    GROUP BY drug_id, indication
), looked AS (
    SELECT a.drug_id, a.member, bool_or(TRUE) AS searched, bool_or(s.kind = 'trial') AS searched_trial
    FROM (SELECT DISTINCT drug_id, member FROM single) a
    JOIN (SELECT DISTINCT kind, drug_id, indication FROM searched) s
      ON (s.drug_id IS NULL OR s.drug_id = a.drug_id) AND (s.indication IS NULL OR s.indication = a.member)
    GROUP BY a.drug_id, a.member
), states AS (
    SELECT a.drug_id, a.indication, a.efficient,
           bool_or(coalesce(r.recorded, FALSE)) AS recorded, bool_and(coalesce(l.searched, FALSE)) AS searched,
           bool_or(coalesce(r.recorded_trial, FALSE)) AS recorded_trial,
           bool_and(coalesce(l.searched_trial, FALSE)) AS searched_trial
    FROM single a
    LEFT JOIN records r USING (drug_id, member)
    LEFT JOIN looked l USING (drug_id, member)
    GROUP BY a.drug_id, a.indication, a.efficient
)
SELECT drug_id, indication, efficient, recorded, searched,
       CASE WHEN efficient IS NULL THEN NULL
            WHEN recorded THEN CASE WHEN efficient THEN 'Proved' ELSE 'Contradicted' END
            WHEN searched THEN CASE WHEN efficient THEN 'Promising' ELSE 'Inefficient' END
            ELSE 'Not searched' END AS label,
       recorded_trial, searched_trial,
       CASE WHEN efficient IS NULL THEN NULL
            WHEN recorded_trial THEN CASE WHEN efficient THEN 'Proved' ELSE 'Contradicted' END
            WHEN searched_trial THEN CASE WHEN efficient THEN 'Promising' ELSE 'Inefficient' END
            ELSE 'Not searched' END AS label_trial
FROM states
ORDER BY drug_id, indication
