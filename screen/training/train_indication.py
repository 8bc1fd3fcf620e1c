"""One indication's model from the store and back: read what it learns from, fit, make it the current one."""

from screen import indications
from screen.models.families import family_of_model
from screen.settings import Settings
from screen.store import load, open_store, runs
from screen.tasks.progress import Progress
from screen.training.data import training_data
from screen.training.ensemble_training import learnt_from, measured_lines, train_model
from screen.training.lab_pairs import with_labs
from screen.training.line_alterations import line_alterations
from screen.training.trained import Trained


def train_one(settings: Settings, code: str, model: str, progress: Progress, *, with_lab: bool) -> Trained:
    """Fit and measure one model, and store it.

    Raises
    ------
    StoreError
        Too little to learn from, of cell lines, patients or plates.
    """
    from screen.models.encoder import embeddings

    with open_store(settings.store) as store:
        data = training_data(store, code, load.patients_of(store, indications.of_patients(code)), settings)
        data = with_labs(store, data) if with_lab else data
        takes = getattr(family_of_model(model), "TAKES_ALTERATIONS", False)
        alterations = line_alterations(store, data.lines.subject_ids) if takes else None
        encoder = embeddings.current_encoder(store)
        vectors = embeddings.embeddings_of(store, data.library, encoder)
    bundle = train_model(data, vectors, encoder, settings, settings.work, progress, model, alterations)
    with open_store(settings.store, write=True) as store:
        embeddings.save_embeddings(store, data.library, encoder, vectors)
        runs.save_model(store, code, bundle.model_id, *bundle.to_bytes(), data.aligned.subject_ids)
    made, counts = bundle.manifest, (len(data.library), len(data.patients), len(data.patients.genes))
    return Trained(
        code, model, bundle.model_id, made["members"], made["lines"], *counts, learnt_from(made), measured_lines(made)
    )
