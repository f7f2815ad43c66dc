/*
 * observation: what a worker saw in a block that the ordered stage must know, in a fixed size.
 *
 * The ordered stage gets these and never lines. Strings stand in the batch's heap, once per batch;
 * an observation holds references. Web spans are merged in the worker where that is exact: requests
 * of one user, address, agent and protocol class whose times lie within the same idle limit of each
 * other become one span (first, last, count, the evidence of the first). Everything else is
 * discrete.
 *
 * A batch owns its memory and is handed from worker to sorter whole.
 */
#ifndef TC_ENRICH_OBSERVATION_H
#define TC_ENRICH_OBSERVATION_H

#include "detector/evidence.h"
#include "parsers/base/str.h"

/* A session ends after so much silence; requests closer than that may be one span. */
#define TC_SESSION_IDLE (30 * TC_MINUTE)

/* In the order in which statements of one instant count: names first, then how a logon went on. */
typedef enum tc_observation_kind {
    /* texts: USER and TARGET: two names of one mailbox, as fact */
    TC_OBS_ALIAS = 0,
    /* texts: USER, AGENT, HOST, PROTOCOL */
    TC_OBS_WEB_LOGON,   /* POST to auth.owa / owaauth.dll: USER as typed; outcome not known yet */
    TC_OBS_WEB_REFUSED, /* logon.aspx with reason=2, or 401 with a real failure code */
    TC_OBS_WEB_LANDING, /* GET /owa[/] with a user: the page behind a successful forms logon */
    TC_OBS_WEB_SPAN,    /* authenticated webmail or other remote use, merged */
    TC_OBS_WEB_USE,     /* ... by a program or an open page (EAS, MAPI, polls): once a week */
    TC_OBS_WEB_CULTURE, /* mkt=, globalize.culture, lang.owa...: VALUE = language class or empty */
    /* texts: MAILBOX = sender, MESSAGE_ID, VALUE = language class, EXTRA = kind (oof...), CLIENT */
    TC_OBS_MESSAGE,
    /* texts: USER = actor, TARGET = account acted upon, HOST; `status` is a tc_account_event */
    TC_OBS_ACCOUNT,
    /* a match of a detection rule on a raw event; captures as length-prefixed texts in VALUE */
    TC_OBS_HIT,
    /* a log was written in this half hour: first and last record; texts: HOST, EXTRA = its family
     */
    TC_OBS_ALIVE,
    /* what an audit log holds and leaves out; texts: USER = a mailbox, empty: of all; `status` is a
     * tc_audit_note */
    TC_OBS_AUDIT,
    TC_OBS_KIND_COUNT
} tc_observation_kind;

/* TC_OBS_ALIVE is told at least once for each log and step of so long, from 1970 on. */
#define TC_ALIVE_STEP (30 * TC_MINUTE)

/* Records of Microsoft 365's audit log, as far as something is missed without them. */
typedef enum tc_audit_type {
    TC_AUDIT_TYPE_READING,   /* MailItemsAccessed */
    TC_AUDIT_TYPE_MAILBOX,   /* what else is done in mailboxes */
    TC_AUDIT_TYPE_LOGON,     /* sign-ins, in whatever log */
    TC_AUDIT_TYPE_DIRECTORY, /* accounts and their passwords */
    TC_AUDIT_TYPE_CMDLET,
    TC_AUDIT_TYPE_OTHER,
    TC_AUDIT_TYPE_COUNT
} tc_audit_type;

/* What an audit log says of itself. */
typedef enum tc_audit_note {
    TC_AUDIT_KEPT,      /* the audit tells of the mailbox */
    TC_AUDIT_ENTERED,   /* somebody has logged on to its webmail in the cloud */
    TC_AUDIT_THROTTLED, /* not all that was read in it was recorded */
    TC_AUDIT_OFF,       /* nothing is recorded of it any more, or of all */
    TC_AUDIT_ON,
    TC_AUDIT_BYPASSED, /* what its owner does is recorded nowhere */
    TC_AUDIT_HEEDED,   /* ... and now it is again */
    TC_AUDIT_HOLDS,    /* a record of a type: this and what follows, by tc_audit_type */
    TC_AUDIT_NOTE_COUNT = TC_AUDIT_HOLDS + TC_AUDIT_TYPE_COUNT
} tc_audit_note;

/* Numbers of Windows Security events. */
typedef enum tc_account_event {
    TC_ACCOUNT_REFUSED = 4625, /* TARGET as typed, and so for the next two; USER is empty */
    TC_ACCOUNT_REFUSED_KERBEROS = 4771,
    TC_ACCOUNT_REFUSED_NTLM = 4776,
    TC_ACCOUNT_CREATED = 4720,
    TC_ACCOUNT_CHANGE = 4723,
    TC_ACCOUNT_RESET = 4724,
    TC_ACCOUNT_CHANGED = 4738,
    TC_ACCOUNT_LOCKED = 4740
} tc_account_event;

/* TC_OBS_WEB_USE is told at least once in a period of so long, from 1970 on: the first time. */
#define TC_USE_PERIOD (7 * TC_DAY)
/* When the period of that time began. */
static inline tc_time tc_use_begun(tc_time time)
{
    return tc_time_sub(time, (time % TC_USE_PERIOD + TC_USE_PERIOD) % TC_USE_PERIOD);
}

/* order.rank of a statement. `rule` is below 2^24 and 0 but for TC_OBS_HIT. */
static inline uint32_t tc_observation_rank(tc_observation_kind kind, uint32_t rule)
{
    return (uint32_t)kind << 24 | rule;
}
/* ... of the making of an account: before all else that accounts meet. Most carriers of events
 * write whole seconds, and who makes an account sets its password within the same one. */
#define TC_RANK_CREATED (tc_observation_rank(TC_OBS_ACCOUNT, 0) - 1)
/* order.rank of what is decided because time has passed: behind everything of its instant. */
#define TC_RANK_PASSED UINT32_MAX

typedef enum tc_obs_text {
    TC_OBS_TEXT_USER = 0,
    TC_OBS_TEXT_TARGET,
    TC_OBS_TEXT_AGENT,
    TC_OBS_TEXT_HOST,
    TC_OBS_TEXT_PROTOCOL,
    TC_OBS_TEXT_VALUE,
    TC_OBS_TEXT_EXTRA,
    TC_OBS_TEXT_MESSAGE_ID,
    TC_OBS_TEXT_CLIENT,
    TC_OBS_TEXT_RAW, /* the evidence's text, at most TC_EVIDENCE_TEXT_MAX bytes */
    TC_OBS_TEXT_COUNT
} tc_obs_text;
/* TC_OBS_MESSAGE names its mailbox here. */
#define TC_OBS_TEXT_MAILBOX TC_OBS_TEXT_USER

/* TC_OBS_TEXT_AGENT of a browser that the log does not name (Roundcube, SOGo, Horde): those who
 * come so have that in common, and it tells nothing of whose device it is. */
#define TC_AGENT_NOT_LOGGED TC_LIT("(not logged)")

typedef enum tc_obs_flag {
    TC_OBS_FLAG_RESET =
        1 << 0, /* account: reset by another (4724), else change by the user (4723) */
    TC_OBS_FLAG_FAILED = 1 << 1,  /* account, web: it did not succeed */
    TC_OBS_FLAG_ROUTINE = 1 << 2, /* account: HealthMailbox, machine, the system itself */
    /* web: a forwarded address that no declared proxy vouches for; of a span: of any request */
    TC_OBS_FLAG_DOUBTED = 1 << 3,
    TC_OBS_FLAG_CREATED = 1 << 4,  /* account: 4720 */
    TC_OBS_FLAG_REDIRECT = 1 << 5, /* web: status 301 or 302 */
    /* alias, message: a server of the organisation says so of a mailbox of its own; nobody outside
     * can have written it; hit: so of TARGET */
    TC_OBS_FLAG_VOUCHED = 1 << 6,
    /* hit: USER acts, on TARGET if there is one (CLIENT: what to call him); else USER is whose
     * mailbox it is about */
    TC_OBS_FLAG_ACTS = 1 << 7,
    TC_OBS_FLAG_CLAIMS = 1 << 8, /* account: the actor calls itself one of routine work */
    /* account: VALUE = language class, EXTRA = time zone that were set for the mailbox TARGET */
    TC_OBS_FLAG_REGIONAL = 1 << 9,
    /* ... in webmail, where one sets nobody's but one's own */
    TC_OBS_FLAG_OWN = 1 << 10,
    TC_OBS_FLAG_DIRECTORY = 1 << 11, /* alias: TARGET is the object id of USER */
    TC_OBS_FLAG_GARBLED = 1 << 12,   /* message: characters of its prefix are lost */
    TC_OBS_FLAG_WIRE = 1 << 15       /* account: told by a capture of packets */
} tc_obs_flag;

typedef enum tc_address_class {
    TC_ADDRESS_NONE = 0, /* no address in the record */
    TC_ADDRESS_INTERNAL, /* declared --internal */
    TC_ADDRESS_PRIVATE,  /* private, loopback, link-local, not declared */
    TC_ADDRESS_EGRESS,   /* declared --egress: own VPN or proxy exit */
    TC_ADDRESS_REMOTE,
    TC_ADDRESS_CLASS_COUNT
} tc_address_class;

/* "internal", "private", "egress", "remote"; empty for none. */
tc_slice tc_address_class_name(tc_address_class address_class);

/* Which of the logs that may tell of one deed this is, of requests and of refused logons. */
typedef enum tc_twin_log {
    TC_TWIN_SERVER = 0, /* a web server's; Roundcube's errors.log */
    TC_TWIN_PROXY,      /* Exchange's own, of the same requests; Roundcube's userlogins.log */
    TC_TWIN_WEB = 0,    /* any log of requests */
    TC_TWIN_WINDOWS,    /* the server that was asked to let somebody in */
    TC_TWIN_DOMAIN,     /* the controller that it asked */
    TC_TWIN_LOG_COUNT
} tc_twin_log;

/* What a statement is of, where logs of several kinds tell of it (correlate/twins.h). */
typedef struct tc_twin_sign {
    uint64_t alike; /* content hash of what all of them say of it; 0: no other log has it */
    uint64_t id;    /* content hash of the id that the server gave it, and of more; 0: none */
    uint8_t log;    /* tc_twin_log */
} tc_twin_sign;

typedef struct tc_text_ref {
    uint32_t offset; /* in the batch's heap */
    uint32_t length; /* 0 = none */
} tc_text_ref;

typedef struct tc_observation {
    tc_order order; /* of the (first) record */
    tc_time last;   /* spans: of the last request; else order.time */
    /* Spans: of user, address, agent and protocol under a key of the run; use: of user, agent,
     * where and period. It alone decides which session a span belongs to, and which use was told
     * already (correlate/sessions.h); no output depends on the key. */
    uint64_t session_hash;
    tc_locator at;
    uint32_t count; /* records merged into it */
    uint16_t kind;
    uint16_t flags;
    uint32_t rule;   /* TC_OBS_HIT */
    uint32_t status; /* HTTP status, Windows event id */
    tc_ip ip;        /* true client address; zero if none */
    tc_ip peer;      /* c-ip as written (balancer or proxy), where that differs */
    uint32_t asn;
    char country[4]; /* ISO code, NUL-terminated; "" if unknown */
    uint8_t address_class;
    uint8_t weight_percent; /* message: 100, 20 or 0 */
    uint8_t script;         /* message: tc_script of the prefix */
    uint8_t certainty;      /* message: 0..100, how sure the language is */
    tc_text_ref text[TC_OBS_TEXT_COUNT];
    tc_text_ref as_org;
    tc_twin_sign twin;
    bool once; /* its record has an id that no other one has */
} tc_observation;

/* Use by a program inside: told of user and agent, at whatever address. */
static inline bool tc_is_use_inside(const tc_observation *o)
{
    return o->kind == TC_OBS_WEB_USE && o->address_class != TC_ADDRESS_REMOTE &&
           o->address_class != TC_ADDRESS_EGRESS;
}

/* The account event is the making of the account, and takes its place in the order. */
static inline void tc_observation_set_created(tc_observation *o)
{
    o->flags |= TC_OBS_FLAG_CREATED;
    o->order.rank = TC_RANK_CREATED;
}

typedef struct tc_observations tc_observations;

/* An empty batch; `max_bytes` (at least 64 KiB) bounds it (beyond: TC_ELIMIT and the caller hands
 * it over and begins a new one). */
tc_observations *tc_observations_new(size_t max_bytes) TC_MUST_USE;
void tc_observations_free(tc_observations *batch);
void tc_observations_clear(tc_observations *batch);
/* A zeroed observation at the end of the batch; valid until the next add. */
TC_STATUS tc_observations_add(tc_observations *batch, tc_observation **ret);
/* Puts a text into the heap, once per distinct text. */
TC_STATUS tc_observations_text(tc_observations *batch, tc_slice text, tc_text_ref *ret);
/* Puts a text there that is hardly there yet, without looking for it. */
TC_STATUS tc_observations_new_text(tc_observations *batch, tc_slice text, tc_text_ref *ret);
size_t tc_observations_count(const tc_observations *batch);
/* Forgets the observations from index `count` on; their texts stay. */
void tc_observations_truncate(tc_observations *batch, size_t count);
tc_observation *tc_observations_at(tc_observations *batch, size_t index);
tc_slice tc_observations_heap(const tc_observations *batch);
size_t tc_observations_bytes(const tc_observations *batch);
/* What it takes in memory, room that is not used yet included. */
size_t tc_observations_memory(const tc_observations *batch);
/* Sorts by order. */
void tc_observations_sort(tc_observations *batch);

static inline tc_slice tc_observation_text(const tc_observation *o, tc_slice heap,
                                           tc_obs_text which)
{
    return (tc_slice){heap.ptr + o->text[which].offset, o->text[which].length};
}

#endif
