#ifndef CFLEETPAGE_H
#define CFLEETPAGE_H

#include <stddef.h>

/// A file of the fleet page, embedded at compile time.
struct cfleetpage_file {
    const unsigned char *bytes;
    size_t count;
};

/// The page template with placeholders in braces: `page.html`.
struct cfleetpage_file cfleetpage_template(void);
/// The style sheet: `page.css`.
struct cfleetpage_file cfleetpage_style(void);
/// The script: `page.js`.
struct cfleetpage_file cfleetpage_script(void);

#endif
