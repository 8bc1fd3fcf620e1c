"""A stored model applied to patients: profile, scores with intervals, shortlists (EDP, EDI, DEI, Qualified)."""
