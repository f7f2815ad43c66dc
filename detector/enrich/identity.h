/*
 * identity: one key per mailbox, whatever a log calls it.
 *
 * Names of mailboxes and accounts (DOMAIN\user, domain.local\user, dom/user, UPN, SMTP address,
 * bare name, SID, Exchange mailbox GUID, AD object GUID) are brought to a normal form and united
 * when a log or --accounts states that two belong together. An entity's number never changes; after
 * a union the younger one points to the elder (tc_identity_root). Unions apply from the moment they
 * are learned, never backwards. A bare name or DOMAIN\user is assumed to be the SMTP address with
 * the same local part when exactly one such address is known and no fact says otherwise; such a
 * join is marked assumed, and a later fact that contradicts it undoes it. A mailbox GUID seen
 * beside a name tells which mailbox was opened, which for a delegate is not the name's own: the
 * first pairing holds, others are refused and counted. Ordered stage only; bounded; when full,
 * names are not added and that is counted.
 */
#ifndef TC_ENRICH_IDENTITY_H
#define TC_ENRICH_IDENTITY_H

#include "parsers/base/slice.h"

typedef enum tc_name_form {
    TC_NAME_NONE = 0, /* empty, "-", anonymous, not a name */
    TC_NAME_SMTP,     /* user@domain (SMTP or UPN) */
    TC_NAME_NT,       /* DOMAIN\user */
    TC_NAME_BARE,     /* user */
    TC_NAME_SID,      /* S-1-5-21-... */
    TC_NAME_GUID,     /* mailbox or object GUID */
    TC_NAME_MACHINE,  /* HOST$ */
    TC_NAME_SYSTEM,   /* SYSTEM, LOCAL SERVICE, HealthMailbox..., S-1-5-18 */
    TC_NAME_FORM_COUNT
} tc_name_form;

#define TC_NAME_MAX 320
typedef struct tc_name {
    tc_name_form form;
    char text[TC_NAME_MAX]; /* normal form: folded, percent-decoded, NUL-terminated */
    size_t length;
    size_t local_offset, local_length; /* the user part in text */
} tc_name;

/* Brings a written name to its normal form; over-long names are TC_NAME_NONE. */
void tc_name_normalise(tc_slice raw, tc_name *ret);

typedef uint32_t tc_entity; /* 0 = none */
typedef struct tc_identity tc_identity;

tc_identity *tc_identity_new(size_t max_bytes) TC_MUST_USE;
void tc_identity_free(tc_identity *identity);
/* The entity of a written name, made when new; 0 for TC_NAME_NONE or when full. Always a root. */
tc_entity tc_identity_of(tc_identity *identity, tc_slice raw);
/* The same without making one. */
tc_entity tc_identity_find(const tc_identity *identity, tc_slice raw);
/* The number of the written name itself, made when new; it stays, whatever is united. Whoever meets
 * the same text again saves bringing it to its normal form. 0 for TC_NAME_NONE or when full. */
uint32_t tc_identity_name(tc_identity *identity, tc_slice raw);
/* Root of an entity or of a name's number. */
tc_entity tc_identity_root(const tc_identity *identity, tc_entity entity);
/* States that two written names are one mailbox. Returns the root that remains and in *ret_absorbed
 * the root that was given up (0 if they were one already), so that state can be moved. */
tc_entity tc_identity_unite(tc_identity *identity, tc_slice a, tc_slice b, tc_entity *ret_absorbed);
/* The same for two names by their numbers. */
tc_entity tc_identity_unite_names(tc_identity *identity, uint32_t a, uint32_t b,
                                  tc_entity *ret_absorbed);
/* The same, from a person who knows (--accounts): never refused. Before the first observation. */
tc_entity tc_identity_declare(tc_identity *identity, tc_slice a, tc_slice b);
/* The best name to show: SMTP, then NT, bare, SID, GUID; as first written in that form, lower case.
 */
tc_slice tc_identity_label(const tc_identity *identity, tc_entity entity);
/* True if names of two log families (webmail account and SMTP address) are united in it;
 * *ret_assumed: by the local-part assumption only, not by fact. */
bool tc_identity_joined(const tc_identity *identity, tc_entity entity, bool *ret_assumed);
/* --accounts: CSV (RFC 4180; separated by comma, semicolon or tab; header optional, naming columns
 * freely). Every cell of a row that looks like a name is a name of that row's mailbox; a bare word
 * counts in columns that are headed like account names or, without a header, if no other row has it
 * there; columns headed like other people's (manager, delegates, forwarding) do not count. Errors
 * have line and column. */
tc_status tc_identity_load_accounts(tc_identity *identity, tc_slice file, tc_slice csv,
                                    tc_error *reterr) TC_MUST_USE;
size_t tc_identity_count(const tc_identity *identity);
/* Names not added because the table was full. */
uint64_t tc_identity_refused(const tc_identity *identity);
/* Facts not believed because their GUID or name was paired before. */
uint64_t tc_identity_conflicts(const tc_identity *identity);

#endif
