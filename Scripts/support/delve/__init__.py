"""What Scripts/make-delve-source makes an archive of: packages, vendored modules, the source."""
