-- The newest figure of each protocol, model, metric, stratum and indication, with its 95% interval.
WITH printed AS (
    SELECT *, metric || coalesce('_less_' || baseline, '') AS printed_metric,
           CASE WHEN stratum_kind IN ('seen lines', 'unseen lines', 'new drugs') AND stratum_name IS NOT NULL
                THEN stratum_name || ' ' || stratum_kind
                ELSE stratum_kind || coalesce(':' || stratum_name, '') END AS stratum
    FROM evaluations
)
SELECT e.protocol, e.model, e.printed_metric AS metric, e.stratum, e.value, e.low, e.high, e.n, e.n_positive,
       e.indication, e.note, e.evaluation_id, e.stratum_kind, e.stratum_name, e.baseline
FROM printed e JOIN evaluation_manifests m USING (evaluation_id)
QUALIFY row_number() OVER (PARTITION BY e.protocol, e.model, e.printed_metric, e.stratum, e.indication
                           ORDER BY m.measured DESC) = 1
ORDER BY e.protocol, e.indication NULLS FIRST, e.stratum, e.model, e.printed_metric
