#include "detector/enrich/protocol_state.h"

#include "detector/enrich/tsv.h"
#include "parsers/base/alloc.h"

typedef TC_STATUS (*row_reader)(tc_protocols *p, const tc_tsv *t, const tc_slice *cells,
                                tc_error *reterr);

static TC_STATUS read_table(tc_protocols *p, const char *folder, const char *file,
                            const char *const *columns, size_t count, row_reader take,
                            tc_error *reterr)
{
    tc_tsv t;
    tc_slice cells[TC_TSV_COLUMNS];
    bool more = true;
    TC_TRY(tc_tsv_open(&t, folder, file, columns, count, reterr));
    tc_status status = TC_SUCCESS;
    while (!tc_failed(status)) {
        status = tc_tsv_next(&t, cells, &more, reterr);
        if (tc_failed(status) || !more) break;
        status = take(p, &t, cells, reterr);
    }
    tc_tsv_close(&t);
    return status;
}

static bool parse_protocol(tc_slice name, tc_protocol *ret)
{
    for (unsigned i = 0; i < TC_PROTOCOL_COUNT; i++) {
        if (tc_slice_equal(name, tc_protocol_name((tc_protocol)i))) {
            *ret = (tc_protocol)i;
            return true;
        }
    }
    return false;
}

static path_head *head_for(tc_protocols *p, tc_slice name)
{
    path_head *found = NULL;
    for (size_t i = 0; i < p->head_count; i++)
        if (tc_slice_equal(name, tc_slice_make(p->heads[i].text, p->heads[i].length)))
            found = &p->heads[i];
    if (found != NULL || p->head_count == HEADS_MAX) return found;
    found = &p->heads[p->head_count++];
    *found = (path_head){.length = (uint8_t)name.len, .general = NO_RULE, .tokens = NO_RULE};
    for (size_t i = 0; i < TC_COUNT_OF(found->paths); i++)
        found->paths[i] = NO_RULE;
    memcpy(found->text, name.ptr, name.len);
    size_t slot = tc_head_slot(found->text, name.len);
    while (p->head_at[slot] != 0)
        slot = (slot + 1) & 255;
    p->head_at[slot] = (uint8_t)p->head_count;
    return found;
}

/* Into the chain, before the first shorter one; <version> counts as a long name. */
static void chain_rule(tc_protocols *p, uint16_t *first, uint16_t rule)
{
    const path_rule *r = &p->rules[rule];
    unsigned weight = r->length + (r->version ? 8u : 0u);
    uint16_t *link = first;
    while (*link != NO_RULE &&
           p->rules[*link].length + (p->rules[*link].version ? 8u : 0u) >= weight)
        link = &p->rules[*link].next;
    p->rules[rule].next = *link;
    *link = rule;
}

static bool is_small(tc_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') return false;
    return true;
}

static TC_STATUS take_query(path_rule *r, const tc_tsv *t, tc_slice query, tc_error *reterr)
{
    r->token_open = tc_slice_ends(query, TC_LIT("*"));
    if (r->token_open) query.len--;
    if (query.len > sizeof(r->token) || tc_slice_find(query, '=') + 1 >= query.len)
        return tc_tsv_wrong(t, 1, reterr, "is no name=value", query);
    memcpy(r->token, query.ptr, query.len);
    r->token_length = (uint8_t)query.len;
    r->value_at = (uint8_t)(tc_slice_find(query, '=') + 1);
    return TC_SUCCESS;
}

static bool is_path(tc_slice s)
{
    return s.len >= 2 && s.len <= PATH_MAX_BYTES && s.ptr[0] == '/' && is_small(s) &&
           !tc_slice_ends(s, TC_LIT("/"));
}

/* What stands behind the first name of the path, and eight bytes of it to compare at once. */
static void set_rest(path_rule *r, tc_slice rest)
{
    r->version = tc_slice_ends(rest, TC_LIT("/<version>"));
    if (r->version) rest.len -= sizeof("/<version>") - 1;
    if (rest.len) memcpy(r->text, rest.ptr, rest.len);
    r->length = (uint8_t)rest.len;
    memcpy(&r->first8, r->text, 8);
    r->first8 |= UINT64_C(0x2020202020202020);
    r->mask8 = rest.len >= 8 ? UINT64_MAX : 0;
    if (rest.len < 8) memset(&r->mask8, 0xFF, rest.len);
}

static TC_STATUS take_path(tc_protocols *p, const tc_tsv *t, const tc_slice *cells,
                           tc_error *reterr)
{
    path_rule r = {.next = NO_RULE};
    tc_slice path = cells[0];
    if (!is_path(path)) return tc_tsv_wrong(t, 0, reterr, "is no path in small letters", path);
    if (!parse_protocol(cells[2], &r.protocol))
        return tc_tsv_wrong(t, 2, reterr, "is no protocol class", cells[2]);
    if (cells[1].len > 0) TC_TRY(take_query(&r, t, cells[1], reterr));
    size_t end = tc_slice_find(tc_slice_sub(path, 1, TC_NPOS), '/');
    tc_slice name = tc_slice_sub(path, 1, end);
    set_rest(&r, tc_slice_sub(path, 1 + name.len, TC_NPOS));
    path_head *h = p->rule_count < RULES_MAX && name.len > 0 ? head_for(p, name) : NULL;
    if (h == NULL) return tc_tsv_wrong(t, 0, reterr, "is one row too many", path);
    uint16_t rule = (uint16_t)p->rule_count++;
    p->rules[rule] = r;
    if (r.token_length > 0) h->token_letters |= UINT32_C(1) << (r.token[0] & 31);
    uint16_t *chain = r.length > 1 ? &h->paths[r.text[1] & 31] : &h->general;
    chain_rule(p, r.token_length > 0 ? &h->tokens : chain, rule);
    h->plain = h->rule_count++ == 0 && r.length == 0 && !r.version && r.token_length == 0;
    h->protocol = r.protocol;
    return TC_SUCCESS;
}

static TC_STATUS take_agent(tc_protocols *p, const tc_tsv *t, tc_slice text, uint8_t kind,
                            uint64_t asn, tc_error *reterr)
{
    agent_rule r = {.kind = kind, .asn = (uint32_t)asn};
    r.anywhere = kind != TC_AGENT_EWS || tc_slice_starts(text, TC_LIT("*"));
    if (tc_slice_starts(text, TC_LIT("*"))) text = tc_slice_sub(text, 1, TC_NPOS);
    if (text.len < 2 || text.len > AGENT_TEXT || p->agent_count == AGENTS_MAX)
        return tc_tsv_wrong(t, 0, reterr, "is too short, too long or one row too many", text);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte >= 'A' && byte <= 'Z') byte = (uint8_t)(byte + 32);
        r.text[i] = byte == ' ' ? '+' : byte;
    }
    r.length = (uint8_t)text.len;
    p->agents[p->agent_count++] = r;
    return TC_SUCCESS;
}

/* What asks for health, by its kind in that cell. */
static TC_STATUS read_kind(const tc_tsv *t, const tc_slice *cells, size_t cell, uint8_t *ret,
                           tc_error *reterr)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } kinds[] = {
        {"probe", TC_AGENT_PROBE}, {"balancer", TC_AGENT_BALANCER}, {"monitor", TC_AGENT_MONITOR}};
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        if (!tc_slice_equal(cells[cell], tc_slice_of(kinds[i].name))) continue;
        *ret = kinds[i].kind;
        return TC_SUCCESS;
    }
    return tc_tsv_wrong(t, cell, reterr, "is neither probe, balancer nor monitor", cells[cell]);
}

static TC_STATUS take_probe(tc_protocols *p, const tc_tsv *t, const tc_slice *cells,
                            tc_error *reterr)
{
    uint8_t kind = 0;
    TC_TRY(read_kind(t, cells, 1, &kind, reterr));
    return take_agent(p, t, cells[0], kind, 0, reterr);
}

static TC_STATUS take_health(tc_protocols *p, const tc_tsv *t, const tc_slice *cells,
                             tc_error *reterr)
{
    static const char *const names[HEALTH_COUNT] = {
        [HEALTH_PATH] = "path", [HEALTH_USER] = "user", [HEALTH_POWERSHELL] = "powershell"};
    health_rule r = {.what = 0};
    tc_slice text = cells[1];
    while (r.what < HEALTH_COUNT && !tc_slice_equal(cells[0], tc_slice_of(names[r.what])))
        r.what++;
    if (r.what == HEALTH_COUNT)
        return tc_tsv_wrong(t, 0, reterr, "is neither path, user nor powershell", cells[0]);
    if (text.len < 2 || text.len > AGENT_TEXT || p->health_count == HEALTH_MAX)
        return tc_tsv_wrong(t, 1, reterr, "is too short, too long or one row too many", text);
    TC_TRY(read_kind(t, cells, 2, &r.kind, reterr));
    memcpy(r.text, text.ptr, text.len);
    r.length = (uint8_t)text.len;
    uint8_t letter = text.ptr[r.what == HEALTH_PATH ? text.len - 1 : 0];
    p->health_letters[r.what] |= UINT32_C(1) << (letter & 31);
    p->health[p->health_count++] = r;
    return TC_SUCCESS;
}

static TC_STATUS take_ews_agent(tc_protocols *p, const tc_tsv *t, const tc_slice *cells,
                                tc_error *reterr)
{
    uint64_t asn = 0;
    if (cells[1].len > 0 && (!tc_slice_to_u64(cells[1], &asn) || asn == 0 || asn > UINT32_MAX))
        return tc_tsv_wrong(t, 1, reterr, "is no autonomous system number", cells[1]);
    return take_agent(p, t, cells[0], TC_AGENT_EWS, asn, reterr);
}

static TC_STATUS take_reason(tc_protocols *p, const tc_tsv *t, const tc_slice *cells,
                             tc_error *reterr)
{
    uint64_t reason = 0;
    if (!tc_slice_to_u64(cells[0], &reason) || reason >= REASONS)
        return tc_tsv_wrong(t, 0, reterr, "is no reason code", cells[0]);
    if (tc_slice_equal(cells[1], TC_LIT("refused")))
        p->refusals |= UINT64_C(1) << reason;
    else if (!tc_slice_equal(cells[1], TC_LIT("none")))
        return tc_tsv_wrong(t, 1, reterr, "is neither refused nor none", cells[1]);
    return TC_SUCCESS;
}

static TC_STATUS read_tables(tc_protocols *p, const char *folder, tc_error *reterr)
{
    static const char *const path_columns[] = {"path", "query", "class"};
    static const char *const probe_columns[] = {"agent", "kind"};
    static const char *const health_columns[] = {"what", "text", "kind"};
    static const char *const agent_columns[] = {"agent", "asn"};
    static const char *const reason_columns[] = {"reason", "outcome"};
    TC_TRY(read_table(p, folder, "protocols.tsv", path_columns, 3, take_path, reterr));
    TC_TRY(read_table(p, folder, "probes.tsv", probe_columns, 2, take_probe, reterr));
    TC_TRY(read_table(p, folder, "health.tsv", health_columns, 3, take_health, reterr));
    TC_TRY(read_table(p, folder, "ews-agents.tsv", agent_columns, 2, take_ews_agent, reterr));
    return read_table(p, folder, "logon-reasons.tsv", reason_columns, 2, take_reason, reterr);
}

TC_STATUS tc_protocols_open(const char *tables_folder, tc_protocols **ret, tc_error *reterr)
{
    tc_protocols *p = tc_alloc(1, sizeof(*p));
    if (p == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for the protocol tables");
    tc_status status = read_tables(p, tables_folder, reterr);
    if (tc_failed(status))
        tc_protocols_free(p);
    else
        *ret = p;
    return status;
}

void tc_protocols_free(tc_protocols *protocols)
{
    tc_free(protocols);
}
