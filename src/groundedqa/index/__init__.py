"""Passages made searchable: an encoder, a dense and a lexical index, kept as versions in a store."""

import os

# Set before any module of this package can load onnxruntime, which otherwise writes a device id below the user's cache
# folder and reports to its maker. Whoever has set it has decided already.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
