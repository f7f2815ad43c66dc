/*
 * identity: one key per mailbox, whatever a log calls it.
 *
 * Names of mailboxes and accounts (DOMAIN\user, domain.local\user, dom/user, UPN, SMTP address,
 * bare name, SID, Exchange mailbox GUID, AD object GUID) are brought to a normal form and united
 * when a log or --accounts states that two belong together. An entity's number never changes while
 * it is known; after a union the younger one points to the elder (tc_identity_root). Unions apply
 * from the moment they are learned, never backwards. A bare name or DOMAIN\user is assumed to be
 * the SMTP address with the same local part when exactly one such address is known and no fact says
 * otherwise; such a join is marked assumed, and a later fact that contradicts it undoes it. A
 * mailbox GUID seen beside a name tells which mailbox was opened, which for a delegate is not the
 * name's own: the first pairing holds, others are refused and counted.
 *
 * Bounded in bytes and in entities. Strangers can invent names, so what is full forgets: first the
 * entities of the lowest rank, of these the one that came to its rank first, always with all its
 * names. The caller raises ranks as it learns who is real. What was looked up or made since
 * tc_identity_begin is in use and is not forgotten. Numbers of forgotten names are given to other
 * names; tc_identity_serial tells them apart. Elder is who was made first, not who has the smaller
 * number. Which names are forgotten depends on the calls alone, never on the run's hash key.
 *
 * Saved and loaded, it goes on as if nothing had been between: numbers, serials, ranks, values, who
 * is forgotten next, and for how many bytes. State is loaded into a table that holds nothing yet,
 * --accounts after it.
 *
 * Ordered stage only: one thread.
 */
#ifndef TC_ENRICH_IDENTITY_H
#define TC_ENRICH_IDENTITY_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

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

/* How well an entity is known: the lower, the sooner it is forgotten. */
typedef enum tc_rank {
    TC_RANK_NEW = 0, /* anybody can invent these */
    TC_RANK_KNOWN,   /* seen on 2 days */
    TC_RANK_REGULAR, /* 3 or 4 days */
    TC_RANK_USUAL,   /* 5 to 8 days */
    TC_RANK_OLD,     /* 9 days or more, or by something that cannot be invented */
    TC_RANK_PINNED,  /* never forgotten: --accounts, victims */
    TC_RANK_COUNT
} tc_rank;

typedef struct tc_identity_options {
    size_t max_bytes;    /* everything included; raised to 256 KiB if less */
    size_t max_entities; /* 0 = as many as fit in the bytes. A union that splits one off may stand
                            above it until the next statement. */
    void *context;
    /* May be NULL. Called before an entity is forgotten, while it can still be asked about; must
     * not make, find, unite or forget anything. */
    void (*forget)(void *context, tc_entity root);
    /* May be NULL. Called when tc_identity_declare has united two entities: after a load the one
     * that was absorbed may have state that must be moved. */
    void (*united)(void *context, tc_entity root, tc_entity absorbed);
    /* May be NULL. Called for each mailbox of which --accounts says that it is not audited. */
    void (*unaudited)(void *context, tc_entity root);
} tc_identity_options;

tc_identity *tc_identity_new(const tc_identity_options *options) TC_MUST_USE;
void tc_identity_free(tc_identity *identity);

/* -- names ---------------------------------------------------------------------------------- */

/* A new statement begins: nothing is in use. Whoever never calls it never sees anything
 * forgotten. */
void tc_identity_begin(tc_identity *identity);
/* Why what somebody was called is no name of a mailbox or an account. */
typedef enum tc_name_flaw {
    TC_NAME_FLAW_CONTROL, /* a control character */
    TC_NAME_FLAW_BLANK,   /* an address with a blank, or without one of its sides */
    TC_NAME_FLAW_LONG,    /* longer than any name */
    TC_NAME_FLAW_OTHER,   /* a path, several domains */
    TC_NAME_FLAWS         /* it is one, or it is nobody's: "-", anonymous */
} tc_name_flaw;
tc_name_flaw tc_name_flaw_of(tc_slice written);

/* The entity of a written name, made when new; 0 for TC_NAME_NONE or when there is no room. Always
 * a root. */
tc_entity tc_identity_of(tc_identity *identity, tc_slice raw);
/* The same without making one. */
tc_entity tc_identity_find(tc_identity *identity, tc_slice raw);
/* The same for what somebody typed: an account that nobody has is the one person with that user
 * part, if there is just one. */
tc_entity tc_identity_guess(tc_identity *identity, tc_slice raw);
/* Shows every name that is known, in no order that may show, with its root. The text lives during
 * the call, which must not make or forget anything. */
void tc_identity_each(tc_identity *identity, void *context,
                      void (*visit)(void *context, tc_slice name, tc_entity root));
/* The number of the written name itself, made when new; it stays, whatever is united. Whoever meets
 * the same text again saves bringing it to its normal form. 0 for TC_NAME_NONE or when there is no
 * room. */
uint32_t tc_identity_name(tc_identity *identity, tc_slice raw);
/* Differs for every name that a number is given to; 0 if no name has the number. */
uint32_t tc_identity_serial(const tc_identity *identity, uint32_t name);
/* Root of an entity or of a name's number; 0 if no name has the number. */
tc_entity tc_identity_root(tc_identity *identity, tc_entity entity);

/* -- facts ---------------------------------------------------------------------------------- */

/* States that two written names are one mailbox. Returns the root that remains and in *ret_absorbed
 * the root that was given up (0 if they were one already), so that state can be moved: the caller's
 * number of the latter is tc_identity_absorbed_value until the next union. The root that remains
 * takes the higher rank. */
tc_entity tc_identity_unite(tc_identity *identity, tc_slice a, tc_slice b, tc_entity *ret_absorbed);
/* The same for two names by their numbers. */
tc_entity tc_identity_unite_names(tc_identity *identity, uint32_t a, uint32_t b,
                                  tc_entity *ret_absorbed);
/* The same of a person's object id in the directory and a principal name of his. A person has one
 * object and any number of names; a name that has another object already is refused and counted. */
tc_entity tc_identity_unite_object(tc_identity *identity, uint32_t object, uint32_t name,
                                   tc_entity *ret_absorbed);
/* The same, said by a client in a request, who may name whom it likes: refused and counted as a
 * conflict if it is about a SID, or if both already have accounts of two users, or addresses. */
tc_entity tc_identity_claim_names(tc_identity *identity, uint32_t a, uint32_t b,
                                  tc_entity *ret_absorbed);
/* The same, from a person who knows (--accounts): never refused, and pinned. Before the first
 * observation of a run, and after its state is loaded. */
tc_entity tc_identity_declare(tc_identity *identity, tc_slice a, tc_slice b);
/* Hands on that a person who knows says so of the mailbox. */
void tc_identity_tell_unaudited(tc_identity *identity, tc_slice name);
/* --accounts: CSV (RFC 4180; separated by comma, semicolon or tab; header optional, naming columns
 * freely). Every cell of a row that looks like a name is a name of that row's mailbox; a bare word
 * counts in columns that are headed like account names or, without a header, if no other row has it
 * there; columns headed like other people's (manager, delegates, forwarding) do not count. A column
 * AuditEnabled that says False is handed on. Errors have line and column. */
TC_STATUS tc_identity_load_accounts(tc_identity *identity, tc_slice file, tc_slice csv,
                                    tc_error *reterr);

/* -- what is kept with an entity ------------------------------------------------------------ */

/* Never lowers. */
void tc_identity_raise(tc_identity *identity, tc_entity root, tc_rank rank);
tc_rank tc_identity_rank(const tc_identity *identity, tc_entity root);
/* One number of the caller; 0 at first, and for an entity that a contradiction splits off. */
void tc_identity_set_value(tc_identity *identity, tc_entity root, uint32_t value);
uint32_t tc_identity_value(const tc_identity *identity, tc_entity root);
/* The value of the entity that the last union gave up; 0 if it gave up none. */
uint32_t tc_identity_absorbed_value(const tc_identity *identity);
/* A hash of the leading name's text: the same in every run, whatever was forgotten meanwhile. */
uint64_t tc_identity_key(const tc_identity *identity, tc_entity root);
/* The best name to show: SMTP, then NT, bare, SID, GUID; as first written in that form, lower case.
 * The entity is in use thereby; the text stays until the next statement begins. */
tc_slice tc_identity_label(tc_identity *identity, tc_entity entity);
/* True if names of two log families (webmail account and SMTP address) are united in it;
 * *ret_assumed: by the local-part assumption only, not by fact. */
bool tc_identity_joined(const tc_identity *identity, tc_entity entity, bool *ret_assumed);

/* Addresses known now that lie in the domain or below it; of an empty domain all addresses. */
size_t tc_identity_addresses(const tc_identity *identity, tc_slice domain);

/* -- room ----------------------------------------------------------------------------------- */

/* Forgets one entity; false if there are only pinned ones and ones in use. New names make room by
 * themselves; this is for a caller whose own bound is reached. */
bool tc_identity_evict(tc_identity *identity);
/* Names known now, bytes held for them. */
size_t tc_identity_count(const tc_identity *identity);
size_t tc_identity_bytes(const tc_identity *identity);
/* Entities forgotten that had that rank. */
uint64_t tc_identity_evicted(const tc_identity *identity, tc_rank rank);
/* Names and facts not taken in because nothing could be forgotten for them. */
uint64_t tc_identity_refused(const tc_identity *identity);
/* Facts not believed because their GUID or name was paired before, or because their entity would
 * get more names than anybody has. */
uint64_t tc_identity_conflicts(const tc_identity *identity);
/* Tells which of the bounds were reached. */
void tc_identity_bounds(const tc_identity *identity, tc_bounds *bounds);

/* -- saved state ---------------------------------------------------------------------------- */

/* Saves or loads everything but tc_identity_absorbed_value. Refused are a table in which something
 * was known before, and state that takes more bytes or names than this run's bound; of more
 * entities than max_entities the next statement forgets some. Values are the caller's: they are
 * loaded as they are, and only the caller can tell whether they are numbers of anything. */
void tc_identity_visit(tc_identity *identity, tc_visit *visit);

#endif
