"""Finding passages for a query, with each signal's rank, score and share kept."""
