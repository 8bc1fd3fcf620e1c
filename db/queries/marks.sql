-- What each kind of evidence holds on the pairs given (drug_id, indication; screen.evidence.marks): recorded, and
-- searched in full. A code that stands for several is recorded where one of them is, searched where all of them are.
WITH single AS (
    SELECT p.drug_id, p.indication, coalesce(m.member, p.indication) AS member, k.kind
    FROM pairs p
    LEFT JOIN indication_members m USING (indication)
    CROSS JOIN (VALUES ('label'), ('trial'), ('hub')) AS k (kind)
), records AS (
    SELECT DISTINCT drug_id, indication AS member, kind, TRUE AS recorded FROM evidence WHERE counts
), looked AS (
    SELECT DISTINCT a.drug_id, a.member, a.kind, TRUE AS searched
    FROM (SELECT DISTINCT drug_id, member, kind FROM single) a
    JOIN (SELECT DISTINCT kind, drug_id, indication FROM searched) s
      ON s.kind = a.kind AND (s.drug_id IS NULL OR s.drug_id = a.drug_id)
     AND (s.indication IS NULL OR s.indication = a.member)
)
SELECT a.drug_id, a.indication, a.kind, bool_or(coalesce(r.recorded, FALSE)) AS recorded,
       bool_and(coalesce(l.searched, FALSE)) AS searched
FROM single a
LEFT JOIN records r USING (drug_id, member, kind)
LEFT JOIN looked l USING (drug_id, member, kind)
GROUP BY a.drug_id, a.indication, a.kind
ORDER BY a.drug_id, a.indication, a.kind
