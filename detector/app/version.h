/*
 * version: what a report of a fault has to say about the program: its version, the commit and the
 * compiler that it was built from and with, and the libraries that it runs with.
 *
 * The commit is the last one that changed what the program is made of, asked of git when it is
 * built: "unknown" outside of a clone, "-dirty" behind it where files differed. Versions of
 * libraries are those of the ones loaded now, not of those that it was built with.
 */
#ifndef TC_APP_VERSION_H
#define TC_APP_VERSION_H

#include "parsers/base/str.h"

/* The page of `tocsin --version`; its first line is "tocsin VERSION" and nothing else. */
void tc_version_page(tc_str *out);

#endif
