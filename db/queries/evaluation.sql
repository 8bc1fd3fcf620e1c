-- The newest figure of each protocol, model, metric, stratum and indication, with its 95% interval.
SELECT e.protocol, e.model, e.metric, e.stratum, e.value, e.low, e.high, e.n, e.n_positive, e.indication, e.note,
       e.evaluation_id
FROM evaluations e JOIN evaluation_manifests m USING (evaluation_id)
QUALIFY row_number() OVER (PARTITION BY e.protocol, e.model, e.metric, e.stratum, e.indication
                           ORDER BY m.measured DESC) = 1
ORDER BY e.protocol, e.indication NULLS FIRST, e.stratum, e.model, e.metric
