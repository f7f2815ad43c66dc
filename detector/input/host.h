/*
 * host: the server that wrote a log, told from the folders it lies in.
 *
 * Evidence is collected as EX01/W3SVC1/u_ex110309.log or ex01.example.org/MessageTracking/...: the
 * first folder above the file that is not one of the well-known folders of IIS, Exchange or Windows
 * is taken as the server if it has the shape of a host name: a full name, an address, or a short
 * name ending in a number of one to three digits. Anything else gives none: a wrong server is worse
 * than an unknown one. Of an archive counts what its name is without ".zip" and the like.
 */
#ifndef TC_INPUT_HOST_H
#define TC_INPUT_HOST_H

#include "parsers/base/slice.h"

/* The part of `path` that names the server, or the empty slice. Folders before offset `root` of the
 * path (what the user's own argument lies in) are not looked at. */
tc_slice tc_host_from_path(tc_slice path, size_t root);

#endif
