/*
 * uri: what a request asks for, taken apart: host, path and query.
 *
 * Only at the marks that stand there; nothing is decoded, and what is no URI is a path. Slices
 * point into the text.
 */
#ifndef TC_BASE_URI_H
#define TC_BASE_URI_H

#include "parsers/base/slice.h"

/* What a URI lacks is empty. */
typedef struct tc_uri {
    tc_slice host, stem, query;
} tc_uri;

/* The parts of a URI, absolute or not. */
tc_uri tc_uri_split(tc_slice uri);

#endif
