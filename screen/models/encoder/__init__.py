"""The graph encoder of molecules: its weights, inference, pre-training, stored embeddings."""
