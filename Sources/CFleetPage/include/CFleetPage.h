#ifndef CFLEETPAGE_H
#define CFLEETPAGE_H

#include <stddef.h>

/// A file of the fleet page, as it was when this program was compiled.
struct cfleetpage_file {
    const unsigned char *bytes;
    size_t count;
};

/// The page without its contents, each of which has its place by name, in braces: `page.html`.
struct cfleetpage_file cfleetpage_template(void);
/// The style: `page.css`.
struct cfleetpage_file cfleetpage_style(void);
/// The script: `page.js`.
struct cfleetpage_file cfleetpage_script(void);

#endif
