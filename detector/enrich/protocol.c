#include "detector/enrich/protocol_state.h"

#define TOKENS_MAX 64
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
    };
    TC_ASSERT(protocol < TC_PROTOCOL_COUNT);
    return names[protocol];
}

/* -- asking --------------------------------------------------------------------------------- */

/* Eight bytes with A-Z made small. */
static uint64_t fold8(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word & (0x7F * ones);
    uint64_t past_z = low + (0x7F - 'Z') * ones;
    uint64_t from_a = low + (0x80 - 'A') * ones;
    uint64_t capital = ~word & (from_a ^ past_z) & (0x80 * ones);
    return word | capital >> 2;
}

/* The first bytes of s in small letters, zeros behind them. */
static void fold_head(tc_slice s, uint8_t out[FOLDED])
{
    size_t length = TC_MIN(s.len, (size_t)FOLDED);
    memset(out, 0, FOLDED);
    if (length) memcpy(out, s.ptr, length);
    for (size_t i = 0; i < length; i += 8) {
        uint64_t word;
        memcpy(&word, out + i, 8);
        word = fold8(word);
        memcpy(out + i, &word, 8);
    }
}

/* `text` is what stands behind the first slash, in small letters. */
static const path_head *find_head(const tc_protocols *p, const uint8_t *text, size_t length)
{
    if (length == 0 || length > PATH_MAX_BYTES) return NULL;
    for (size_t slot = tc_head_slot(text, length); p->head_at[slot] != 0; slot = (slot + 1) & 255) {
        const path_head *h = &p->heads[p->head_at[slot] - 1];
        if (h->length == length && memcmp(h->text, text, length) == 0) return h;
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

/* `rest` begins behind the first component; at most FOLDED bytes of it are there. */
static bool rule_fits(const path_rule *r, const uint8_t *rest, size_t length)
{
    if (r->length > length || memcmp(r->text, rest, r->length) != 0) return false;
    if (r->version)
        return length > r->length + 1u && rest[r->length] == '/' &&
               is_version(rest + r->length + 1, length - r->length - 1);
    return r->length == length || rest[r->length] == '/';
}

static bool token_fits(const path_rule *r, tc_slice token)
{
    return (token.len == r->token_length || (r->token_open && token.len > r->token_length)) &&
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

static tc_protocol by_rules(const tc_protocols *p, const path_head *h, const uint8_t *rest,
                            size_t length, tc_slice query, bool *ret_folder_only)
{
    tc_protocol protocol = TC_PROTOCOL_OTHER;
    *ret_folder_only = true;
    for (uint16_t at = h->paths; at != NO_RULE; at = p->rules[at].next) {
        if (!rule_fits(&p->rules[at], rest, length)) continue;
        protocol = p->rules[at].protocol;
        *ret_folder_only = p->rules[at].length == 0 && !p->rules[at].version;
        break;
    }
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
                   tc_slice_search(component, TC_LIT("%40")) != TC_NPOS;
    return address ? component : TC_EMPTY_SLICE;
}

tc_protocol tc_protocol_of(const tc_protocols *p, tc_slice stem, tc_slice query,
                           tc_slice *ret_mailbox)
{
    uint8_t folded[FOLDED];
    bool folder_only;
    *ret_mailbox = TC_EMPTY_SLICE;
    if (stem.len < 2 || stem.ptr[0] != '/') return TC_PROTOCOL_OTHER;
    fold_head(stem, folded);
    size_t held = TC_MIN(stem.len, (size_t)FOLDED);
    const uint8_t *slash = memchr(folded + 1, '/', held - 1);
    size_t end = slash ? (size_t)(slash - folded) : held;
    const path_head *h = find_head(p, folded + 1, end - 1);
    if (h == NULL) return TC_PROTOCOL_OTHER;
    tc_protocol protocol = by_rules(p, h, folded + end, held - end, query, &folder_only);
    if (protocol != TC_PROTOCOL_OWA || !folder_only || end + 1 >= stem.len) return protocol;
    tc_slice rest = tc_slice_sub(stem, end, TC_NPOS);
    *ret_mailbox = second_component_address(rest);
    if (ret_mailbox->len == 0) return protocol;
    rest = tc_slice_sub(rest, 1 + ret_mailbox->len, TC_NPOS);
    fold_head(rest, folded);
    return by_rules(p, h, folded, TC_MIN(rest.len, (size_t)FOLDED), query, &folder_only);
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

bool tc_logon_reason_is_refusal(const tc_protocols *p, uint64_t reason)
{
    return reason < REASONS && (p->refusals >> reason & 1) != 0;
}

bool tc_query_value(tc_slice query, tc_slice name, tc_slice *ret)
{
    for (int i = 0; i < TOKENS_MAX && query.ptr != NULL; i++) {
        tc_slice token = tc_slice_split(query, '&', &query);
        if (token.len <= name.len || token.ptr[name.len] != '=' ||
            !tc_slice_starts_ascii(token, name))
            continue;
        *ret = tc_slice_sub(token, name.len + 1, TC_NPOS);
        return true;
    }
    return false;
}
