#ifndef CMANIFESTS_H
#define CMANIFESTS_H

#include <stddef.h>

/// A file of `Manifests/`, as it was when this program was compiled.
struct cmanifests_file {
    const unsigned char *bytes;
    size_t count;
};

/// The Go archives: `Manifests/go.json`.
struct cmanifests_file cmanifests_go(void);
/// The Delve sources and what each accepts: `Manifests/delve.json`.
struct cmanifests_file cmanifests_delve(void);
/// The gopls versions and what each accepts: `Manifests/gopls.json`.
struct cmanifests_file cmanifests_gopls(void);
/// What is known to be wrong with which Go (CC-BY 4.0): `Manifests/go-vulnerabilities.json`.
struct cmanifests_file cmanifests_go_vulnerabilities(void);
/// The published h1: hashes of toolchains, in a compact form: `Manifests/go-h1.bin`, of `go-h1.csv`.
struct cmanifests_file cmanifests_go_h1(void);

#endif
