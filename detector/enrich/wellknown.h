/*
 * wellknown: accounts that are nobody's: the operating system's own, in the languages in which
 * Windows writes them, and those that Exchange makes for itself. Arguments are folded.
 */
#ifndef TC_ENRICH_WELLKNOWN_H
#define TC_ENRICH_WELLKNOWN_H

#include "parsers/base/slice.h"

/* Stands where no user is: anonymous, "-", (null). */
bool tc_wellknown_nobody(tc_slice user);
/* An authority that has no people: NT AUTHORITY, Window Manager, IIS APPPOOL... */
bool tc_wellknown_domain(tc_slice domain);
/* A user of the system: SYSTEM, LOCAL SERVICE, HealthMailbox..., krbtgt. */
bool tc_wellknown_user(tc_slice user);

#endif
