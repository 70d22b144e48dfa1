"""The parts of Scripts/make-delve-source: packages, vendored modules, the archive."""
