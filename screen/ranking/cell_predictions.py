"""Predictions for single cells, cell by cell, as they are exported."""

CELLS = """SELECT unnest(b.cell_ids) AS cell_id, p.patient_id, unnest(b.clones) AS clone, m.drug_id, m.name AS model,
                  unnest(p.probability) AS probability,
                  unnest(list_transform(p.probability, lambda one: CASE WHEN one >= 0.5 THEN 'sensitive'
                                                                   WHEN one < 0.5 THEN 'resistant' END)) AS label,
                  unnest(p.before_transfer) AS before_transfer, coalesce(d.name, m.drug_id) AS drug_name, m.model_id
           FROM cell_predictions p JOIN cell_models m USING (model_id)
           JOIN cell_blocks b USING (source_id, patient_id, block) LEFT JOIN drugs d USING (drug_id)
           ORDER BY m.drug_id, m.trained, p.patient_id, p.source_id, p.block"""
"""Cells that were not taken (stroma) have no probability."""
KEY_GENES = """SELECT m.drug_id, coalesce(d.name, m.drug_id) AS drug_name, m.name AS model,
                      k.* EXCLUDE (model_id, key_gene), m.model_id
               FROM key_genes k JOIN cell_models m USING (model_id) LEFT JOIN drugs d USING (drug_id)
               WHERE k.key_gene
               ORDER BY m.drug_id, m.trained, k.patient_id, k.role DESC, k.supported DESC,
                        abs(attribution_sensitive - attribution_resistant) DESC, k.gene"""
"""The key genes of each explained model; every gene stands in the store."""
