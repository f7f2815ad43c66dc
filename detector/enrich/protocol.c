#include "detector/enrich/protocol_state.h"

#include "detector/enrich/quickhash.h"

#define TOKENS_MAX 64
#define BIT_5 UINT64_C(0x2020202020202020)
#define AGENT_READ 512 /* bytes of an agent that are looked at */

tc_slice tc_protocol_name(tc_protocol protocol)
{
    static const tc_slice names[TC_PROTOCOL_COUNT] = {
        [TC_PROTOCOL_OTHER] = {(const uint8_t *)"other", 5},
        [TC_PROTOCOL_OWA] = {(const uint8_t *)"owa", 3},
        [TC_PROTOCOL_OWA_BACKGROUND] = {(const uint8_t *)"owa-background", 14},
        [TC_PROTOCOL_OWA_AUTH] = {(const uint8_t *)"owa-auth", 8},
        [TC_PROTOCOL_ECP] = {(const uint8_t *)"ecp", 3},
        [TC_PROTOCOL_EAS] = {(const uint8_t *)"eas", 3},
        [TC_PROTOCOL_EWS] = {(const uint8_t *)"ews", 3},
        [TC_PROTOCOL_MAPI] = {(const uint8_t *)"mapi", 4},
        [TC_PROTOCOL_RPC] = {(const uint8_t *)"rpc", 3},
        [TC_PROTOCOL_AUTODISCOVER] = {(const uint8_t *)"autodiscover", 12},
        [TC_PROTOCOL_OAB] = {(const uint8_t *)"oab", 3},
        [TC_PROTOCOL_POWERSHELL] = {(const uint8_t *)"powershell", 10},
        [TC_PROTOCOL_WEBMAIL] = {(const uint8_t *)"webmail", 7},
    };
    TC_ASSERT(protocol < TC_PROTOCOL_COUNT);
    return names[protocol];
}

/* -- asking --------------------------------------------------------------------------------- */

/* Compares a text of small letters with raw bytes in any case, eight bytes at a glance. Setting bit
 * 5 makes letters small and leaves '-', '.', '/' and digits as they are; beside that it only takes
 * some control characters for signs, which no path has. */
static bool same_folded(const uint8_t *small, const uint8_t *raw, size_t length)
{
    size_t i = 0;
    for (; i + 8 <= length; i += 8)
        if (((tc_quick_load8(raw + i) | BIT_5) ^ (tc_quick_load8(small + i) | BIT_5)) != 0)
            return false;
    for (; i < length; i++)
        if ((raw[i] | 0x20) != (small[i] | 0x20)) return false;
    return true;
}

/* `text` is what stands behind the first slash. */
static const path_head *find_head(const tc_protocols *p, const uint8_t *text, size_t length)
{
    if (length == 0 || length > PATH_MAX_BYTES) return NULL;
    for (size_t slot = tc_head_slot(text, length); p->head_at[slot] != 0; slot = (slot + 1) & 255) {
        const path_head *h = &p->heads[p->head_at[slot] - 1];
        if (h->length == length && same_folded(h->text, text, length)) return h;
    }
    return NULL;
}

static bool is_version(const uint8_t *text, size_t length)
{
    size_t digits = 0, i = 0;
    for (; i < length && text[i] != '/'; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            digits++;
        else if (text[i] != '.')
            return false;
    }
    return digits > 0;
}

/* `rest` begins behind the first component. */
static bool rule_fits(const path_rule *r, const uint8_t *rest, size_t length)
{
    if (r->length > length || !same_folded(r->text, rest, r->length)) return false;
    if (r->version)
        return length > r->length + 1u && rest[r->length] == '/' &&
               is_version(rest + r->length + 1, length - r->length - 1);
    return r->length == length || rest[r->length] == '/';
}

static bool token_fits(const path_rule *r, tc_slice token)
{
    return (token.len == r->token_length || (r->token_open && token.len > r->token_length)) &&
           (token.ptr[r->value_at] | 0x20) == (r->token[r->value_at] | 0x20) &&
           tc_slice_starts_ascii(token, tc_slice_make(r->token, r->token_length));
}

/* Looks for the parameters that the head's rules ask for. */
static bool find_by_query(const tc_protocols *p, const path_head *h, const uint8_t *rest,
                          size_t length, tc_slice query, tc_protocol *ret)
{
    for (int i = 0; i < TOKENS_MAX && query.ptr != NULL; i++) {
        tc_slice token = tc_slice_split(query, '&', &query);
        if (token.len == 0 || (h->token_letters >> (token.ptr[0] & 31) & 1) == 0) continue;
        for (uint16_t at = h->tokens; at != NO_RULE; at = p->rules[at].next) {
            if (!token_fits(&p->rules[at], token) || !rule_fits(&p->rules[at], rest, length))
                continue;
            *ret = p->rules[at].protocol;
            return true;
        }
    }
    return false;
}

/* The first, that is the longest, rule of the chain that fits; NULL if none does. */
static const path_rule *first_fit(const tc_protocols *p, uint16_t chain, const uint8_t *rest,
                                  size_t length)
{
    uint64_t first8 = 0;
    memcpy(&first8, rest, TC_MIN(length, (size_t)8));
    first8 |= BIT_5;
    for (; chain != NO_RULE; chain = p->rules[chain].next) {
        const path_rule *r = &p->rules[chain];
        if (((r->first8 ^ first8) & r->mask8) == 0 && rule_fits(r, rest, length)) return r;
    }
    return NULL;
}

static tc_protocol by_rules(const tc_protocols *p, const path_head *h, const uint8_t *rest,
                            size_t length, tc_slice query, bool *ret_folder_only)
{
    const path_rule *r = length > 1 ? first_fit(p, h->paths[rest[1] & 31], rest, length) : NULL;
    if (r == NULL) r = first_fit(p, h->general, rest, length);
    tc_protocol protocol = r != NULL ? r->protocol : TC_PROTOCOL_OTHER;
    *ret_folder_only = r != NULL && r->length == 0 && !r->version;
    if (h->tokens != NO_RULE && protocol == TC_PROTOCOL_OWA)
        find_by_query(p, h, rest, length, query, &protocol);
    return protocol;
}

/* /owa/<address>/...: the address; empty if the second component is none. */
static tc_slice second_component_address(tc_slice rest)
{
    tc_slice component = tc_slice_sub(rest, 1, TC_NPOS);
    size_t end = tc_slice_find(component, '/');
    component = tc_slice_sub(component, 0, end);
    bool address = tc_slice_find(component, '@') != TC_NPOS ||
                   (tc_slice_find(component, '%') != TC_NPOS &&
                    tc_slice_search(component, TC_LIT("%40")) != TC_NPOS);
    return address ? component : TC_EMPTY_SLICE;
}

tc_protocol tc_protocol_of(const tc_protocols *p, tc_slice stem, tc_slice query,
                           tc_slice *ret_mailbox)
{
    bool folder_only;
    *ret_mailbox = TC_EMPTY_SLICE;
    /* IIS serves //owa/ as /owa/ and logs what was asked for. */
    while (stem.len > 1 && stem.ptr[0] == '/' && stem.ptr[1] == '/')
        stem = tc_slice_sub(stem, 1, TC_NPOS);
    if (stem.len < 2 || stem.ptr[0] != '/') return TC_PROTOCOL_OTHER;
    const uint8_t *slash = memchr(stem.ptr + 1, '/', stem.len - 1);
    size_t end = slash ? (size_t)(slash - stem.ptr) : stem.len;
    const path_head *h = find_head(p, stem.ptr + 1, end - 1);
    if (h == NULL) return TC_PROTOCOL_OTHER;
    if (h->plain) return h->protocol;
    tc_slice rest = {stem.ptr + end, stem.len - end};
    tc_protocol protocol = by_rules(p, h, rest.ptr, rest.len, query, &folder_only);
    if (protocol != TC_PROTOCOL_OWA || !folder_only || rest.len < 2) return protocol;
    *ret_mailbox = second_component_address(rest);
    if (ret_mailbox->len == 0) return protocol;
    rest = tc_slice_sub(rest, 1 + ret_mailbox->len, TC_NPOS);
    return by_rules(p, h, rest.ptr, rest.len, query, &folder_only);
}

unsigned tc_agent_kind(const tc_protocols *p, tc_slice agent, uint32_t *ret_asn)
{
    uint8_t folded[AGENT_READ];
    size_t length = TC_MIN(agent.len, (size_t)AGENT_READ);
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = agent.ptr[i];
        if (byte >= 'A' && byte <= 'Z') byte = (uint8_t)(byte + 32);
        folded[i] = byte == ' ' ? '+' : byte;
    }
    tc_slice text = {folded, length};
    unsigned kind = 0;
    *ret_asn = 0;
    for (size_t i = 0; i < p->agent_count; i++) {
        const agent_rule *r = &p->agents[i];
        tc_slice wanted = {r->text, r->length};
        if ((kind & r->kind) != 0) continue;
        if (r->anywhere ? tc_slice_search(text, wanted) == TC_NPOS : !tc_slice_starts(text, wanted))
            continue;
        kind |= r->kind;
        if (r->kind == TC_AGENT_EWS) *ret_asn = r->asn;
    }
    return kind;
}

static bool health_fits(const health_rule *r, tc_slice text)
{
    tc_slice wanted = {r->text, r->length};
    switch ((health_what)r->what) {
    case HEALTH_PATH:
        return tc_slice_ends_ascii(text, wanted);
    case HEALTH_USER:
        return text.len > wanted.len && tc_slice_starts_ascii(text, wanted);
    case HEALTH_POWERSHELL:
        return tc_slice_search_ascii(text, wanted) != TC_NPOS;
    case HEALTH_COUNT:
        break;
    }
    return false;
}

static unsigned health_kind(const tc_protocols *p, health_what what, tc_slice text)
{
    for (size_t i = 0; i < p->health_count; i++)
        if (p->health[i].what == what && health_fits(&p->health[i], text)) return p->health[i].kind;
    return 0;
}

unsigned tc_health_user(const tc_protocols *p, tc_slice user)
{
    size_t slash = tc_slice_rfind(user, '\\');
    if (slash != TC_NPOS) user = tc_slice_sub(user, slash + 1, TC_NPOS);
    if (user.len == 0 || !(p->health_letters[HEALTH_USER] >> (user.ptr[0] & 31) & 1)) return 0;
    return health_kind(p, HEALTH_USER, user);
}

unsigned tc_health_request(const tc_protocols *p, tc_protocol protocol, tc_slice stem,
                           tc_slice query)
{
    unsigned kind = 0;
    if (stem.len > 0 && p->health_letters[HEALTH_PATH] >> (stem.ptr[stem.len - 1] & 31) & 1)
        kind = health_kind(p, HEALTH_PATH, stem);
    if (kind == 0 && protocol == TC_PROTOCOL_POWERSHELL)
        kind = health_kind(p, HEALTH_POWERSHELL, query);
    return kind;
}

bool tc_logon_reason_is_refusal(const tc_protocols *p, uint64_t reason)
{
    return reason < REASONS && (p->refusals >> reason & 1) != 0;
}

bool tc_query_value(tc_slice query, tc_slice name, tc_slice *ret)
{
    for (int i = 0; i < TOKENS_MAX && query.ptr != NULL; i++) {
        tc_slice token = tc_slice_split(query, '&', &query);
        if (token.len <= name.len || token.ptr[name.len] != '=' ||
            (token.ptr[0] | 0x20) != name.ptr[0] || !tc_slice_starts_ascii(token, name))
            continue;
        *ret = tc_slice_sub(token, name.len + 1, TC_NPOS);
        return true;
    }
    return false;
}
