#include "CManifests.h"

// #embed is C23; clang has it in every mode and only remarks on it. Unlike a Swift array literal
// it costs seconds, not minutes, to compile, and a changed JSON file is noticed by the build.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char go[] = {
#embed "../../Manifests/go.json"
};
static const unsigned char delve[] = {
#embed "../../Manifests/delve.json"
};
static const unsigned char gopls[] = {
#embed "../../Manifests/gopls.json"
};

struct cmanifests_file cmanifests_go(void) {
    return (struct cmanifests_file){go, sizeof go};
}

struct cmanifests_file cmanifests_delve(void) {
    return (struct cmanifests_file){delve, sizeof delve};
}

struct cmanifests_file cmanifests_gopls(void) {
    return (struct cmanifests_file){gopls, sizeof gopls};
}
static const unsigned char go_vulnerabilities[] = {
#embed "../../Manifests/go-vulnerabilities.json"
};

struct cmanifests_file cmanifests_go_vulnerabilities(void) {
    return (struct cmanifests_file){go_vulnerabilities, sizeof go_vulnerabilities};
}
static const unsigned char go_h1[] = {
#embed "../../Manifests/go-h1.bin"
};

struct cmanifests_file cmanifests_go_h1(void) {
    return (struct cmanifests_file){go_h1, sizeof go_h1};
}
