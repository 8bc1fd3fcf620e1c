-- Each scored drug in each indication ranked, beside the patients of all other indications: patients, mean score here and
-- elsewhere, share predicted sensitive (score at the floor), and how often a patient here scores higher than one elsewhere
-- (ties half; 0.5: no difference). The last two figures of elsewhere are NULL where no other indication is ranked.
WITH placed AS (
    SELECT r.indication, s.drug_id, s.score,
           rank() OVER (PARTITION BY s.drug_id ORDER BY s.score)
           + (count(*) OVER (PARTITION BY s.drug_id, s.score) - 1) / 2 AS place,
           count(*) OVER (PARTITION BY s.drug_id) AS everyone, sum(s.score) OVER (PARTITION BY s.drug_id) AS total
    FROM scores s
    JOIN runs r USING (run_id)
    WHERE list_contains($run_ids, s.run_id)
), counted AS (
    SELECT indication, drug_id, count(*) AS patients, avg(score::DOUBLE) AS score,
           avg((score >= $potency_floor::FLOAT)::INTEGER) AS sensitive, sum(place) AS places, sum(score::DOUBLE) AS own,
           any_value(everyone) - count(*) AS others, any_value(total) AS total
    FROM placed
    GROUP BY indication, drug_id
)
SELECT indication, drug_id, patients, score, sensitive, others,
       CASE WHEN others > 0 THEN (total - own) / others END AS score_elsewhere,
       CASE WHEN others > 0 THEN (places - patients * (patients + 1) / 2) / (patients * others) END AS higher
FROM counted
ORDER BY indication, drug_id
