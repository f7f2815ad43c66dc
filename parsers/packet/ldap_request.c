#include "parsers/packet/ldap.h"

#include "parsers/packet/encoded.h"

/* How a bind proves who binds. Sicily (MS-ADTS 5.1.1.1.3) is NTLM without SASL: its first two
 * requests only ask, and that they are answered lets nobody in. */
enum { SIMPLE = 0x80, SICILY_ANSWER = 0x8B, SASL = 0xA3 };
enum { DELETE = 1 };

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

static void read_sasl(tc_slice body, tc_ldap_request *r)
{
    tc_der mechanism, credentials;
    r->sasl = true;
    r->mechanism = "SASL";
    if (!tc_der_next(&body, &mechanism) || !tc_der_next(&body, &credentials)) return;
    tc_slice ntlm = tc_ntlm_find(credentials.body);
    if (ntlm.len > 0 && tc_ntlm_user(ntlm, r->name, sizeof r->name, NULL, 0)) r->mechanism = "NTLM";
}

/* A name without a password is nobody: servers that answer such a bind with success let in as
 * anonymous (RFC 4513 5.1.2). */
static bool read_bind(tc_slice body, tc_ldap_request *r)
{
    tc_der version, name, how;
    if (!tc_der_next(&body, &version) || !tc_der_next(&body, &name) || !tc_der_next(&body, &how))
        return false;
    if (how.tag != SIMPLE && how.tag != SICILY_ANSWER && how.tag != SASL) return false;
    if (how.tag == SASL) {
        read_sasl(how.body, r);
        return true;
    }
    r->mechanism = how.tag == SIMPLE ? "simple" : "NTLM";
    if (how.body.len > 0) copy_name(r->name, sizeof r->name, name.body);
    if (how.tag == SICILY_ANSWER)
        (void)tc_ntlm_user(tc_ntlm_find(how.body), r->name, sizeof r->name, NULL, 0);
    return true;
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

/* Whether a value stands behind an attribute's type: who names the old one knows it. */
static bool has_value(tc_slice behind_type)
{
    tc_der values, value;
    return tc_der_next(&behind_type, &values) && tc_der_next(&values.body, &value) &&
           value.body.len > 0;
}

static bool read_modify(tc_slice body, tc_ldap_request *r)
{
    tc_der object, changes, change, operation, attribute, type;
    bool touched = false, knows_old = false;
    if (!tc_der_next(&body, &object) || !tc_der_next(&body, &changes)) return false;
    while (tc_der_next(&changes.body, &change)) {
        if (!tc_der_next(&change.body, &operation) || !tc_der_next(&change.body, &attribute) ||
            !tc_der_next(&attribute.body, &type) || !is_password(type.body))
            continue;
        touched = true;
        knows_old |= tc_der_number(operation.body) == DELETE && has_value(attribute.body);
    }
    r->reset = !knows_old;
    r->mechanism = "Modify";
    copy_name(r->name, sizeof r->name, object.body);
    return touched;
}

static bool read_extended(tc_slice body, tc_ldap_request *r)
{
    tc_slice oid = tc_der_find(body, 0x80), value = tc_der_find(body, 0x81);
    tc_der sequence;
    r->starts_tls = tc_slice_equal(oid, TC_LIT("1.3.6.1.4.1.1466.20037"));
    if (r->starts_tls) return true;
    if (!tc_slice_equal(oid, TC_LIT("1.3.6.1.4.1.4203.1.11.1"))) return false;
    r->mechanism = "RFC 3062";
    tc_slice whose =
        tc_der_next(&value, &sequence) ? tc_der_find(sequence.body, 0x80) : TC_EMPTY_SLICE;
    copy_name(r->name, sizeof r->name, whose.len > 0 ? whose : tc_slice_of(r->actor));
    r->reset = !tc_slice_equal_ascii(tc_slice_of(r->name), tc_slice_of(r->actor));
    return true;
}

bool tc_ldap_request_read(const tc_der *operation, const char *actor, tc_ldap_request *ret)
{
    *ret = (tc_ldap_request){.operation = operation->tag, .mechanism = ""};
    tc_copy_text(ret->actor, sizeof ret->actor, tc_slice_of(actor));
    switch (operation->tag) {
    case TC_LDAP_BIND:
        return read_bind(operation->body, ret);
    case TC_LDAP_MODIFY:
        return read_modify(operation->body, ret);
    case TC_LDAP_EXTENDED:
        return read_extended(operation->body, ret);
    default:
        return false;
    }
}
