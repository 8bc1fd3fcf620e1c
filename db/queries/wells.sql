-- Every well of every plate that came back; drugs and doses given together are joined by +.
SELECT p.organoid_id, p.patient_id, p.lab, p.plate, w.well, w.row_number, w.col_number, w.role, w.treatment, w.set_name,
       w.mechanism, list_aggregate(w.drug_ids, 'string_agg', '+') AS drug_id,
       list_aggregate(w.drug_names, 'string_agg', ' + ') AS drug_name, list_aggregate(w.doses, 'string_agg', '+') AS dose,
       p.dose_unit, w.replicate, w.vehicle_pct, w.raw, w.viability, list_aggregate(w.flags, 'string_agg', '; ') AS flags,
       p.verdict, w.plate_id
FROM lab_wells w JOIN lab_plates p USING (plate_id)
ORDER BY p.added, p.plate_id, w.row_number, w.col_number
