/*
 * LDAP (RFC 4511): logons by a simple bind, and passwords that are set by Modify (unicodePwd,
 * userPassword) or by RFC 3062, with their outcome.
 *
 * `replace` sets somebody's password; `delete` and `add` in one request is how its owner changes it
 * (MS-ADTS 3.1.1.3.1.5). Values are never looked at. Behind a bind by SASL everything may be
 * sealed: what then is no LDAP ends the reading.
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
    EXTENDED_ANSWER = 0x78
};
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
    pending *p = add(s, BIND, id);
    p->mechanism = "simple";
    copy_name(p->name, sizeof p->name, name.body);
    if (how.tag != 0xA3) return;
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

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    size_t length = tc_der_length(bytes);
    if (bytes.ptr[0] != 0x30 || length == TC_NPOS) {
        d->opaque = true;
        return bytes.len;
    }
    if (length == 0 || length > bytes.len) return 0;
    take_message(d, server, tc_slice_sub(bytes, 0, length));
    return length;
}

static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    (void)server;
    (void)bytes;
    d->opaque = true;
}

const tc_wire_protocol tc_wire_ldap = {
    .name = "ldap",
    .ports = {389, 3268},
    .state_size = sizeof(state),
    .take = take,
    .lost = lost,
};
