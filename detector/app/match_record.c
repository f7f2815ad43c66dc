#include "detector/app/match_record.h"

#define MISSING UINT32_MAX

typedef struct head {
    tc_locator at;
    uint64_t event;
    uint64_t rule_count;
} head;

static void add_u32(uint32_t n, tc_str *out)
{
    tc_str_add(out, tc_slice_make(&n, sizeof(n)));
}

/* The texts are this program's own: they are as long as they say. */
static uint32_t take_u32(tc_slice *text)
{
    uint32_t n;
    TC_ASSERT(text->len >= sizeof(n));
    memcpy(&n, text->ptr, sizeof(n));
    *text = tc_slice_sub(*text, sizeof(n), TC_NPOS);
    return n;
}

void tc_match_pack(const tc_locator *at, uint64_t event, size_t rule_count, tc_str *out)
{
    head h;
    memset(&h, 0, sizeof(h));
    h.at = *at;
    h.event = event;
    h.rule_count = rule_count;
    tc_str_add(out, tc_slice_make(&h, sizeof(h)));
}

void tc_match_pack_rule(uint32_t rule, const tc_capture *captures, size_t count, tc_str *out)
{
    add_u32(rule, out);
    for (size_t i = 0; i < count; i++) {
        add_u32(captures[i].present ? (uint32_t)captures[i].text.len : MISSING, out);
        if (captures[i].present) tc_str_add(out, captures[i].text);
    }
}

uint32_t tc_match_next_rule(const tc_ruleset *rules, tc_match_record *r, tc_capture *captures)
{
    uint32_t rule = take_u32(&r->rules);
    size_t count = tc_ruleset_rule(rules, rule)->capture_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t length = take_u32(&r->rules);
        captures[i] = (tc_capture){TC_EMPTY_SLICE, length != MISSING};
        if (length == MISSING) continue;
        captures[i].text = tc_slice_sub(r->rules, 0, length);
        r->rules = tc_slice_sub(r->rules, length, TC_NPOS);
    }
    return rule;
}

void tc_match_unpack(const tc_ruleset *rules, tc_slice text, tc_match_record *ret)
{
    head h;
    tc_capture ignored[TC_CAPTURES_MAX];
    TC_ASSERT(text.len >= sizeof(h));
    memcpy(&h, text.ptr, sizeof(h));
    *ret = (tc_match_record){.at = h.at, .event = h.event, .rule_count = (size_t)h.rule_count};
    ret->rules = tc_slice_sub(text, sizeof(h), TC_NPOS);
    tc_match_record behind = *ret;
    for (size_t i = 0; i < ret->rule_count; i++)
        (void)tc_match_next_rule(rules, &behind, ignored);
    ret->json = behind.rules;
    ret->rules.len -= ret->json.len;
}
