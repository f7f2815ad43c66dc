/*
 * LDAP (RFC 4511): logons by a simple bind, and passwords that are set by Modify (unicodePwd,
 * userPassword) or by RFC 3062, with their outcome.
 *
 * `replace` sets somebody's password; `delete` and `add` in one request is how its owner changes it
 * (MS-ADTS 3.1.1.3.1.5). Values are never looked at. Behind a bind by SASL everything may be
 * sealed: what then is no LDAP ends the reading, and is told. Behind a hole it goes on where a
 * message begins.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/der.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

enum {
    BIND = 0x60,
    BIND_ANSWER = 0x61,
    MODIFY = 0x66,
    MODIFY_ANSWER = 0x67,
    EXTENDED = 0x77,
    EXTENDED_ANSWER = 0x78,
    UNBIND = 0x42,
    SEARCH = 0x63,
    ENTRY = 0x64,
    SEARCH_DONE = 0x65,
    ADD = 0x68,
    ADD_ANSWER = 0x69
};
/* How a bind proves who binds. Sicily (MS-ADTS 5.1.1.1.3) is NTLM without SASL: its first two
 * requests only ask, and that they are answered lets nobody in. */
enum { SIMPLE = 0x80, SICILY_ANSWER = 0x8B, SASL = 0xA3 };
enum begins { NO, YES, MORE };
enum { PENDING_MAX = 16, NAME_MAX_BYTES = 256, SASL_GOES_ON = 14 };

typedef struct pending {
    uint8_t operation; /* 0: free */
    int64_t id;
    bool reset;
    bool starts_tls;
    const char *mechanism;
    char name[NAME_MAX_BYTES]; /* of a bind; whose password */
} pending;

typedef struct state {
    pending pending[PENDING_MAX];
    size_t next;
    bool sasl;
    bool astray[2];             /* bytes were lost: it is not known where the next message begins */
    char actor[NAME_MAX_BYTES]; /* who is bound */
} state;

static pending *add(state *s, uint8_t operation, int64_t id)
{
    pending *p = &s->pending[s->next];
    s->next = (s->next + 1) % PENDING_MAX;
    *p = (pending){.operation = operation, .id = id};
    return p;
}

/* A distinguished name by its first part, as accounts are called elsewhere; other names as they
 * are. Commas may be escaped. */
static void copy_name(char *out, size_t size, tc_slice name)
{
    size_t equals = tc_slice_find(name, '='), at = tc_slice_find(name, '@'), n = 0;
    if (equals == TC_NPOS || at < equals || equals > 32) {
        tc_copy_text(out, size, name);
        return;
    }
    for (size_t i = equals + 1; i < name.len && name.ptr[i] != ',' && n + 1 < size; i++) {
        if (name.ptr[i] == '\\' && i + 1 < name.len) i++;
        out[n++] = (char)name.ptr[i];
    }
    out[n] = '\0';
}

/* -- requests ------------------------------------------------------------------------------- */

static void take_bind(state *s, int64_t id, tc_slice body)
{
    tc_der version, name, how, mechanism, credentials;
    if (!tc_der_next(&body, &version) || !tc_der_next(&body, &name) || !tc_der_next(&body, &how))
        return;
    if (how.tag != SIMPLE && how.tag != SICILY_ANSWER && how.tag != SASL) return;
    pending *p = add(s, BIND, id);
    p->mechanism = "simple";
    copy_name(p->name, sizeof p->name, name.body);
    if (how.tag == SICILY_ANSWER) {
        p->mechanism = "NTLM";
        (void)tc_ntlm_user(tc_ntlm_find(how.body), p->name, sizeof p->name, NULL, 0);
    }
    if (how.tag != SASL) return;
    s->sasl = true;
    p->mechanism = "SASL";
    p->name[0] = '\0';
    if (!tc_der_next(&how.body, &mechanism) || !tc_der_next(&how.body, &credentials)) return;
    tc_slice ntlm = tc_ntlm_find(credentials.body);
    if (ntlm.len > 0 && tc_ntlm_user(ntlm, p->name, sizeof p->name, NULL, 0)) p->mechanism = "NTLM";
}

static bool is_password(tc_slice type)
{
    static const char *const names[] = {"unicodePwd", "userPassword", "clearTextPassword",
                                        "1.2.840.113556.1.4.90", "2.5.4.35"};
    tc_slice rest, name = tc_slice_split(type, ';', &rest);
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (tc_slice_equal_ascii(name, tc_slice_of(names[i]))) return true;
    return false;
}

static void take_modify(state *s, int64_t id, tc_slice body)
{
    tc_der object, changes, change, operation, attribute, type;
    bool touched = false, deleted = false;
    if (!tc_der_next(&body, &object) || !tc_der_next(&body, &changes)) return;
    while (tc_der_next(&changes.body, &change)) {
        if (!tc_der_next(&change.body, &operation) || !tc_der_next(&change.body, &attribute) ||
            !tc_der_next(&attribute.body, &type) || !is_password(type.body))
            continue;
        touched = true;
        deleted |= tc_der_number(operation.body) == 1;
    }
    if (!touched) return;
    pending *p = add(s, MODIFY, id);
    p->reset = !deleted;
    p->mechanism = "Modify";
    copy_name(p->name, sizeof p->name, object.body);
}

static void take_extended(state *s, int64_t id, tc_slice body)
{
    tc_slice oid = tc_der_find(body, 0x80), value = tc_der_find(body, 0x81);
    tc_der sequence;
    if (tc_slice_equal(oid, TC_LIT("1.3.6.1.4.1.1466.20037"))) {
        add(s, EXTENDED, id)->starts_tls = true;
        return;
    }
    if (!tc_slice_equal(oid, TC_LIT("1.3.6.1.4.1.4203.1.11.1"))) return;
    pending *p = add(s, EXTENDED, id);
    p->mechanism = "RFC 3062";
    tc_slice whose =
        tc_der_next(&value, &sequence) ? tc_der_find(sequence.body, 0x80) : TC_EMPTY_SLICE;
    copy_name(p->name, sizeof p->name, whose.len > 0 ? whose : tc_slice_of(s->actor));
    p->reset = !tc_slice_equal_ascii(tc_slice_of(p->name), tc_slice_of(s->actor));
}

static void take_request(state *s, int64_t id, const tc_der *operation)
{
    if (operation->tag == BIND) take_bind(s, id, operation->body);
    if (operation->tag == MODIFY) take_modify(s, id, operation->body);
    if (operation->tag == EXTENDED) take_extended(s, id, operation->body);
}

/* -- answers -------------------------------------------------------------------------------- */

static void settle_bind(tc_dialogue *d, state *s, const pending *p, int64_t code)
{
    if (code == SASL_GOES_ON || p->name[0] == '\0') return;
    bool ok = code == 0;
    if (ok) tc_copy_text(s->actor, sizeof s->actor, tc_slice_of(p->name));
    /* Other errors say that the server does not let anybody in so, and nothing of the password. */
    if (!ok && code != 49) return;
    tc_deed_logon(d, "ldap", p->mechanism, tc_slice_of(p->name),
                  ok ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE);
}

static void settle(tc_dialogue *d, state *s, pending *p, int64_t code)
{
    if (p->operation == BIND) {
        settle_bind(d, s, p, code);
    } else if (p->starts_tls) {
        if (code == 0) {
            d->next = &tc_wire_tls;
            d->started = "ldap";
        }
    } else {
        tc_deed_password(d, "ldap", p->mechanism, p->reset, tc_slice_of(s->actor),
                         tc_slice_of(p->name), code == 0 ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE);
    }
}

static void take_answer(tc_dialogue *d, state *s, int64_t id, const tc_der *operation)
{
    tc_der code;
    tc_slice body = operation->body;
    bool answers = operation->tag == BIND_ANSWER || operation->tag == MODIFY_ANSWER ||
                   operation->tag == EXTENDED_ANSWER;
    if (!answers || !tc_der_next(&body, &code)) return;
    for (size_t i = 0; i < PENDING_MAX; i++) {
        pending *p = &s->pending[i];
        if (p->operation + 1 != operation->tag || p->id != id) continue;
        settle(d, s, p, tc_der_number(code.body));
        p->operation = 0;
        return;
    }
}

static void take_message(tc_dialogue *d, bool server, tc_slice bytes)
{
    tc_der message, id, operation;
    if (!tc_der_next(&bytes, &message) || !tc_der_next(&message.body, &id) ||
        !tc_der_next(&message.body, &operation))
        return;
    if (server)
        take_answer(d, d->state, tc_der_number(id.body), &operation);
    else
        take_request(d->state, tc_der_number(id.body), &operation);
}

/* Whether a message begins there: its head, its number and an operation. More: that cannot be said
 * yet. */
static enum begins begins_at(tc_slice b)
{
    static const uint8_t operations[] = {BIND,  BIND_ANSWER, UNBIND,   SEARCH,
                                         ENTRY, SEARCH_DONE, MODIFY,   MODIFY_ANSWER,
                                         ADD,   ADD_ANSWER,  EXTENDED, EXTENDED_ANSWER};
    if (b.len > 0 && b.ptr[0] != 0x30) return NO;
    if (b.len < 2) return MORE;
    size_t id = 2 + (b.ptr[1] < 0x80 ? 0 : (size_t)(b.ptr[1] & 0x7F));
    if (b.ptr[1] == 0x80 || id > 6) return NO;
    if (b.len < id + 2) return MORE;
    size_t operation = id + 2 + b.ptr[id + 1];
    if (b.ptr[id] != 0x02 || b.ptr[id + 1] == 0 || b.ptr[id + 1] > 4) return NO;
    if (b.len <= operation) return MORE;
    return memchr(operations, b.ptr[operation], sizeof operations) ? YES : NO;
}

/* How many bytes stand before the next message, as far as it can be seen. */
static size_t bytes_before_message(tc_slice bytes, bool *ret_found)
{
    size_t at = 0;
    enum begins begins = NO;
    while (at < bytes.len && (begins = begins_at(tc_octets_from(bytes, at))) == NO)
        at++;
    *ret_found = begins == YES;
    return at;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    state *s = d->state;
    bool found = true;
    size_t before = s->astray[server] ? bytes_before_message(bytes, &found) : 0;
    s->astray[server] = !found;
    if (before > 0 || !found) return before;
    size_t length = tc_der_length(bytes);
    if (bytes.ptr[0] != 0x30 || length == TC_NPOS) {
        d->opaque = true;
        if (s->sasl) tc_deed_sealed(d, "ldap-sasl");
        return bytes.len;
    }
    if (length == 0 || length > bytes.len) return 0;
    take_message(d, server, tc_slice_sub(bytes, 0, length));
    return length;
}

/* Behind a bind by SASL nothing tells what is sealed from what is not. */
static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    (void)bytes;
    s->astray[server] = true;
    if (!s->sasl) return;
    d->opaque = true;
    tc_deed_sealed(d, "ldap-sasl");
}

const tc_wire_protocol tc_wire_ldap = {
    .name = "ldap",
    .ports = {389, 3268},
    .state_size = sizeof(state),
    .take = take,
    .lost = lost,
};
