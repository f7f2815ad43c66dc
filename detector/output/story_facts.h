/*
 * story_facts: what an incident's lists come to, and words for parts of it.
 *
 * Figures are made of the alert alone; nothing is invented: what is not known is zero, empty or
 * TC_TIME_NONE, and whoever words it leaves it out. Texts are raw, whoever prints them escapes.
 */
#ifndef TC_OUTPUT_STORY_FACTS_H
#define TC_OUTPUT_STORY_FACTS_H

#include "detector/alert.h"
#include "parsers/base/str.h"

#define TC_FACTS_COUNTRIES 4

typedef struct tc_facts {
    const tc_alert *alert;
    size_t accessed, switched, both; /* mailboxes */
    tc_time first_access, last_access;
    tc_time first_switch, last_switch;
    tc_slice language; /* that all of the switched ones have; empty: several, or none */
    size_t sessions;
    tc_slice domain; /* "@example.org" of all mailboxes; empty: not one */
    tc_slice agent;  /* of all sources; empty: not one */
    tc_slice countries[TC_FACTS_COUNTRIES];
    size_t country_count; /* of the sources, each once; more are not listed */
    tc_slice network;     /* as_org of all sources; empty: not one */
    uint32_t asn;         /* of all sources; 0: not one */
    bool foreign;         /* a rule says that the language is foreign to the organisation */
    bool one_year;        /* all its times lie in the year of `start` */
    tc_slice actor;       /* who did it, where that is an account */
} tc_facts;

tc_facts tc_facts_of(const tc_alert *alert);
/* True if one of the incident's rules has a name that begins so. */
bool tc_facts_rule(const tc_facts *facts, const char *prefix);

/* True if it left something behind that works without its maker: a forwarding, a rule, a right. */
bool tc_facts_persists(const tc_facts *facts);

/* "anna.novak", without the domain that all share. */
tc_slice tc_facts_short_name(const tc_facts *facts, tc_slice name);
/* "03-09 07:12", or with its year where the incident has several; empty if not known. */
const char *tc_facts_minute(const tc_facts *facts, tc_time time, char out[TC_TIME_TEXT]);
/* "Chinese (zh-Hans)", or the tag alone where it has no name here. */
void tc_facts_add_language(tc_str *out, tc_slice tag);
/* "China (CN)", or the code alone. */
void tc_facts_add_country(tc_str *out, tc_slice code);
/* "203.0.113.7, 203.0.113.18 and 3 more" */
void tc_facts_add_addresses(tc_str *out, const tc_alert *alert, size_t most);
/* "anna.novak, bruno.keller and 3 more", without the shared domain. */
void tc_facts_add_mailboxes(const tc_facts *facts, tc_str *out, size_t most);
/* "3 mailboxes", "1 mailbox". */
void tc_facts_add_count(tc_str *out, size_t count, const char *one, const char *many);

#define TC_FACTS_FORWARDS 4
/* Where mail is sent on to, each address once: as the commands among the evidence say. */
size_t tc_facts_forwards(const tc_alert *alert, tc_slice to[TC_FACTS_FORWARDS]);
/* "browser", or "program" for an agent that does not call itself one. */
const char *tc_facts_client_word(tc_slice agent);

#endif
