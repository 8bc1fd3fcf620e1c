"""The rule that picks the default model, in words; the model card prints it."""

RULE = """\
The default is chosen on cell lines alone; no outcome or response of a patient enters. It must be one model that answers
for known drugs, for new drugs and for a single patient, with scores that compare between drugs."""
