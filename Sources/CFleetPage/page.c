#include "CFleetPage.h"

// As in CManifests, the build tracks changes of embedded files.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char template[] = {
#embed "page.html"
};
static const unsigned char style[] = {
#embed "page.css"
};
static const unsigned char script[] = {
#embed "page.js"
};

struct cfleetpage_file cfleetpage_template(void) {
    return (struct cfleetpage_file){template, sizeof template};
}

struct cfleetpage_file cfleetpage_style(void) {
    return (struct cfleetpage_file){style, sizeof style};
}

struct cfleetpage_file cfleetpage_script(void) {
    return (struct cfleetpage_file){script, sizeof script};
}
