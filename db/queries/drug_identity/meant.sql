-- A structure is better than none, whoever claims it, unless one source gives the synonym to both.
CREATE OR REPLACE TEMP TABLE meant AS
WITH totals AS (
    SELECT drug_key, drug_id, sum(sources) AS sources, sum(rows_) AS rows_ FROM claims GROUP BY ALL
), ranked AS (
    SELECT c.drug_key, c.drug_id, c.synonym,
           rank() OVER (PARTITION BY c.drug_key
                        ORDER BY starts_with(c.drug_id, 'name:') AND NOT c.contested,
                                 c.authority, c.synonym) AS place,
           t.sources, t.rows_
    FROM claims c JOIN totals t USING (drug_key, drug_id)
)
SELECT drug_key, first(drug_id ORDER BY sources DESC, rows_ DESC, drug_id) AS drug_id
FROM ranked WHERE place = 1
GROUP BY drug_key
HAVING NOT bool_and(synonym) OR count(DISTINCT drug_id) = 1
