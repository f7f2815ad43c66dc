/* The written forms of a mailbox or account and their normal form. */
#include "detector/enrich/identity.h"
#include "detector/enrich/wellknown.h"
#include "parsers/base/utf8.h"

static void set_none(tc_name *n)
{
    n->form = TC_NAME_NONE;
    n->text[0] = '\0';
    n->length = n->local_offset = n->local_length = 0;
}

static tc_slice text_of(const tc_name *n)
{
    return (tc_slice){(const uint8_t *)n->text, n->length};
}

static void set_local(tc_name *n, size_t from, size_t length)
{
    n->local_offset = from;
    n->local_length = length;
}

/* -- step 1: what stands around a name ------------------------------------------------------ */

static bool peel_scheme(tc_slice *s)
{
    static const tc_slice schemes[] = {
        {(const uint8_t *)"smtp:", 5},         {(const uint8_t *)"mailto:", 7},
        {(const uint8_t *)"sip:", 4},          {(const uint8_t *)"sid~", 4},
        {(const uint8_t *)"owner:", 6},        {(const uint8_t *)"upn~", 4},
        {(const uint8_t *)"mailboxguid~", 12},
    };
    for (size_t i = 0; i < TC_COUNT_OF(schemes); i++) {
        if ((s->ptr[0] | 0x20) != schemes[i].ptr[0] || !tc_slice_starts_ascii(*s, schemes[i]))
            continue;
        *s = tc_slice_sub(*s, schemes[i].len, TC_NPOS);
        return true;
    }
    return false;
}

/* Quoting, brackets and the schemes that logs put before a name. */
static tc_slice peel(tc_slice s)
{
    for (int round = 0; round < 4; round++) {
        s = tc_slice_trim(s);
        if (s.len < 2) break;
        uint8_t first = s.ptr[0], last = s.ptr[s.len - 1];
        if ((first == '<' && last == '>') || (first == '"' && last == '"') ||
            (first == '{' && last == '}'))
            s = tc_slice_sub(s, 1, s.len - 2);
        else if (!peel_scheme(&s))
            break;
    }
    return s;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* -- step 2: percent decoding and folding --------------------------------------------------- */

/* Writes the percent-decoded bytes; a '%' without two digits stands for itself. */
static size_t decode_percent(tc_slice s, uint8_t out[TC_NAME_MAX])
{
    size_t length = 0;
    for (size_t i = 0; i < s.len; i++) {
        int high = -1, low = -1;
        if (s.ptr[i] == '%' && s.len - i > 2) {
            high = hex_digit(s.ptr[i + 1]);
            low = hex_digit(s.ptr[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            out[length++] = (uint8_t)(high * 16 + low);
            i += 2;
        } else {
            out[length++] = s.ptr[i];
        }
    }
    return length;
}

/* Folds into n->text; false if it does not fit or holds bytes that stand in no name. */
static bool fold_into(tc_slice s, tc_name *n)
{
    n->length = 0;
    while (s.len > 0) {
        uint8_t bytes[4];
        size_t used = 1, wide = 1;
        if (s.ptr[0] < 0x20 || s.ptr[0] == 0x7F) return false;
        if (s.ptr[0] < 0x80) {
            bytes[0] = (uint8_t)(s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' ? s.ptr[0] + 32 : s.ptr[0]);
        } else {
            uint32_t point = tc_utf8_next(s, &used);
            wide = used == 1 ? 0 : tc_utf8_encode(tc_utf8_fold_code_point(point), bytes);
            if (wide == 0) {
                /* An invalid byte stays what it is. */
                bytes[0] = s.ptr[0];
                wide = 1;
            }
        }
        if (n->length + wide >= TC_NAME_MAX) return false;
        memcpy(n->text + n->length, bytes, wide);
        n->length += wide;
        s = tc_slice_sub(s, used, TC_NPOS);
    }
    n->text[n->length] = '\0';
    return true;
}

/* -- step 3: which form --------------------------------------------------------------------- */

static bool is_sid(tc_slice s)
{
    if (!tc_slice_starts(s, TC_LIT("s-1-"))) return false;
    for (size_t i = 4; i < s.len; i++) {
        bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
        bool dash = s.ptr[i] == '-' && s.ptr[i - 1] != '-' && i + 1 < s.len;
        if (!digit && !dash) return false;
    }
    return s.len > 4;
}

static bool is_guid(tc_slice s)
{
    if (s.len != 36) return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.ptr[i] != '-' : hex_digit(s.ptr[i]) < 0) return false;
    }
    return true;
}

static void classify_sid(tc_name *n)
{
    tc_slice s = text_of(n);
    set_local(n, 0, n->length);
    if (tc_slice_equal(s, TC_LIT("s-1-0-0")) || tc_slice_equal(s, TC_LIT("s-1-5-7"))) {
        set_none(n);
        return;
    }
    /* Accounts are under S-1-5-21 (domains and machines) and S-1-12-1 (Entra); all else is built
     * in: MS-DTYP 2.4.2.4. */
    bool account =
        tc_slice_starts(s, TC_LIT("s-1-5-21-")) || tc_slice_starts(s, TC_LIT("s-1-12-1-"));
    n->form = account ? TC_NAME_SID : TC_NAME_SYSTEM;
}

/* user@domain; also <guid>@domain, which is a mailbox's GUID (MAPI over HTTP). */
static void classify_address(tc_name *n, size_t at)
{
    tc_slice s = text_of(n), local = tc_slice_sub(s, 0, at);
    if (at == 0 || at + 1 == s.len || tc_slice_find(s, ' ') != TC_NPOS) {
        set_none(n);
        return;
    }
    if (is_guid(local)) {
        n->form = TC_NAME_GUID;
        n->length = 36;
        n->text[36] = '\0';
        set_local(n, 0, 36);
        return;
    }
    set_local(n, 0, at);
    n->form = TC_NAME_SMTP;
    if (local.ptr[at - 1] == '$') n->form = TC_NAME_MACHINE;
    if (tc_wellknown_user(local)) n->form = TC_NAME_SYSTEM;
}

/* Cuts the text down to the part from `from`. */
static void keep_from(tc_name *n, size_t from)
{
    memmove(n->text, n->text + from, n->length - from + 1);
    n->length -= from;
}

static void classify_account(tc_name *n)
{
    tc_slice s = text_of(n), domain = TC_EMPTY_SLICE, user = s;
    size_t slash = tc_slice_find(s, '\\');
    if (slash != TC_NPOS) {
        domain = tc_slice_sub(s, 0, slash);
        user = tc_slice_sub(s, slash + 1, TC_NPOS);
    }
    if (user.len == 0 || tc_slice_find(user, '\\') != TC_NPOS || tc_wellknown_nobody(user)) {
        set_none(n);
        return;
    }
    n->form = domain.len > 0 ? TC_NAME_NT : TC_NAME_BARE;
    if (user.ptr[user.len - 1] == '$') n->form = TC_NAME_MACHINE;
    if (tc_wellknown_domain(domain) || tc_wellknown_user(user)) n->form = TC_NAME_SYSTEM;
    set_local(n, n->length - user.len, user.len);
}

/* "dom/user" is "dom\user"; a longer path or a distinguished name is no account. */
static bool mend_slashes(tc_name *n)
{
    tc_slice s = text_of(n);
    size_t slash = tc_slice_find(s, '/');
    if (slash == TC_NPOS) return tc_slice_find(s, '=') == TC_NPOS;
    if (slash == 0 || tc_slice_rfind(s, '/') != slash || tc_slice_find(s, '\\') != TC_NPOS ||
        tc_slice_find(s, '=') != TC_NPOS)
        return false;
    n->text[slash] = '\\';
    return true;
}

/* "dom\\user" as JSON writes it, ".\user" and "\user". */
static void mend_backslashes(tc_name *n)
{
    size_t at = tc_slice_find(text_of(n), '\\');
    if (at == TC_NPOS) return;
    if (at + 1 < n->length && n->text[at + 1] == '\\') {
        memmove(n->text + at, n->text + at + 1, n->length - at);
        n->length--;
    }
    if (at == 0 || (at == 1 && n->text[0] == '.')) keep_from(n, at + 1);
}

static void classify(tc_name *n)
{
    tc_slice s = text_of(n);
    if (is_sid(s)) {
        classify_sid(n);
        return;
    }
    if (is_guid(s)) {
        n->form = TC_NAME_GUID;
        set_local(n, 0, n->length);
        return;
    }
    mend_backslashes(n);
    size_t at = tc_slice_rfind(text_of(n), '@');
    size_t slash = tc_slice_find(text_of(n), '\\');
    if (at != TC_NPOS && slash != TC_NPOS && slash < at) {
        /* DOMAIN\user@domain, as people type it into the form: the part behind is complete. */
        keep_from(n, slash + 1);
        at -= slash + 1;
        slash = TC_NPOS;
    }
    if (at != TC_NPOS && slash == TC_NPOS)
        classify_address(n, at);
    else if (n->length == 0 || !mend_slashes(n))
        set_none(n);
    else
        classify_account(n);
}

void tc_name_normalise(tc_slice raw, tc_name *ret)
{
    uint8_t decoded[TC_NAME_MAX];
    set_none(ret);
    tc_slice s = peel(raw);
    /* "%%1794" is how Windows writes "no value". */
    if (s.len == 0 || s.len >= TC_NAME_MAX || tc_slice_starts(s, TC_LIT("%%"))) return;
    if (tc_slice_find(s, '%') != TC_NPOS) {
        s = (tc_slice){decoded, decode_percent(s, decoded)};
        s = peel(s);
    }
    if (s.len == 0 || tc_slice_equal(s, TC_LIT("-")) || !fold_into(s, ret)) {
        set_none(ret);
        return;
    }
    ret->form = TC_NAME_NONE;
    classify(ret);
}

/* Nothing, a dash, the security id of nobody, "anonymous". */
static bool is_nobody(tc_slice s)
{
    size_t slash = tc_slice_rfind(s, '\\');
    if (slash != TC_NPOS) s = tc_slice_sub(s, slash + 1, TC_NPOS);
    return s.len == 0 || tc_slice_equal(s, TC_LIT("-")) || tc_slice_starts(s, TC_LIT("%%")) ||
           tc_slice_starts_ascii(s, TC_LIT("s-1-")) || tc_wellknown_nobody(s);
}

static bool has_control(tc_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] == 0x7F) return true;
    return false;
}

tc_name_flaw tc_name_flaw_of(tc_slice written)
{
    uint8_t decoded[TC_NAME_MAX];
    tc_name name;
    tc_name_normalise(written, &name);
    tc_slice s = peel(written);
    if (name.form != TC_NAME_NONE || is_nobody(s)) return TC_NAME_FLAWS;
    if (s.len >= TC_NAME_MAX) return has_control(s) ? TC_NAME_FLAW_CONTROL : TC_NAME_FLAW_LONG;
    s = (tc_slice){decoded, decode_percent(s, decoded)};
    if (has_control(s)) return TC_NAME_FLAW_CONTROL;
    if (is_nobody(peel(s))) return TC_NAME_FLAWS;
    return tc_slice_find(s, '@') != TC_NPOS ? TC_NAME_FLAW_BLANK : TC_NAME_FLAW_OTHER;
}
