/*
 * init_file: the first configuration of a site, made of what a look at its logs has shown.
 *
 * What is certain enough to change nothing that should be found stands as it is: own domains,
 * languages, the age of passwords. What would leave something out, or that only the site can know,
 * stands in comments beside what was seen. What is missing, and how to get it, comes first.
 */
#ifndef TC_APP_INIT_FILE_H
#define TC_APP_INIT_FILE_H

#include "detector/pipeline/ordered.h"
#include "parsers/base/arena.h"

#define TC_INIT_DOMAINS 16

typedef struct tc_init_domain {
    tc_slice name;
    size_t addresses; /* of mailboxes that more than a client has named */
} tc_init_domain;

typedef struct tc_init_facts {
    const char *folder;
    const tc_summary *summary;
    const tc_learned *learned;
    const tc_derive_coverage *seen;
    tc_init_domain domains[TC_INIT_DOMAINS]; /* the one with the most first */
    size_t domain_count;
} tc_init_facts;

/* Mail domains of the mailboxes that are known. Names live in the arena. */
void tc_init_domains(tc_ordered *ordered, tc_arena *arena, tc_init_facts *facts);
void tc_init_write(const tc_init_facts *facts, tc_str *out);

#endif
