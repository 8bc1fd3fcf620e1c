-- Plates that came back, with what was found of each, in the order they were added.
SELECT plate, verdict, z_prime, killing_control, reason, organoid_id, patient_id, lab, assay, plan, purpose, file_name,
       file_format, n_rows, n_cols, dose_unit, ssmd, signal_to_background, replicate_cv, vehicle_cv, edge_effect, edge_p,
       row_p, col_p, nrfe, vehicle_error, plate_id
FROM lab_plates
ORDER BY added, plate_id
