"""Pretraining of the FS-RNN in PyTorch: on a processor, a GPU, or many."""
