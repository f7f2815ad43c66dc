/* Answers of predicates: the pass over a group's value, and those looked at one by one. */
#include "detector/sigma/matcher_data.h"
#include "detector/sigma/timepart.h"
#include "parsers/base/utf8.h"

/* -- the pass -------------------------------------------------------------------------------- */

static void mark(tc_matcher *m, uint32_t predicate)
{
    uint32_t state =
        m->rules->answers[predicate].answer == TC_ANSWER_PASS ? TC_MARK_TRUE : TC_MARK_CANDIDATE;
    if (m->marks[predicate] >> 2 == m->epoch) return;
    m->marks[predicate] = m->epoch << 2 | state;
    uint32_t end = m->rules->trigger_start[predicate + 1];
    for (uint32_t i = m->rules->trigger_start[predicate]; i < end; i++) {
        uint32_t rule = m->rules->trigger_rules[i];
        m->woken[rule / 64] |= m->current->member[rule / 64] & UINT64_C(1) << (rule % 64);
    }
}

typedef struct scan {
    tc_matcher *m;
    const tc_field_group *group;
    size_t length; /* of the value */
} scan;

static void found_piece(void *context, uint32_t id, size_t end)
{
    const scan *s = context;
    const tc_use *use = &s->group->uses[id];
    if (use->place == TC_USE_FRONT && end != use->length) return;
    if (use->place == TC_USE_BACK && end != s->length) return;
    mark(s->m, use->predicate);
}

static void pass_number(tc_matcher *m, const tc_field_group *group, const tc_field_value *member)
{
    tc_number n;
    if (member->kind == TC_KIND_BOOL || !tc_number_parse(member->text, &n) || !n.integer) return;
    for (size_t at = tc_number_hash(n.whole, group->number_mask); group->numbers[at].predicate;
         at = (at + 1) & group->number_mask)
        if (group->numbers[at].number == n.whole) mark(m, group->numbers[at].predicate - 1);
}

void tc_group_pass(tc_matcher *m, uint32_t number)
{
    if (m->states[number].passed == m->epoch) return;
    tc_group_state *state = tc_group_fetch(m, number);
    state->passed = m->epoch;
    const tc_field_group *group = &m->rules->groups[number];
    if (!group->has_pass) return;
    for (size_t i = 0; i < state->count; i++) {
        tc_field_value *member = &state->members[i];
        if (member->kind == TC_KIND_NULL) continue;
        if (group->numbers) pass_number(m, group, member);
        if (!group->whole && !group->pieces) continue;
        tc_slice text = tc_member_fold(m, member);
        if (group->whole_lengths >> (text.len & 63) & 1) {
            const uint64_t *first = tc_map_get(group->whole, text);
            for (uint64_t use = first ? *first : 0; use; use = group->uses[use - 1].next)
                mark(m, group->uses[use - 1].predicate);
        }
        if (group->pieces) {
            scan s = {m, group, text.len};
            tc_search_scan(group->pieces, text, found_piece, &s);
        }
    }
}

/* -- one by one ------------------------------------------------------------------------------ */

static bool compare(tc_number a, tc_compare op, tc_number b)
{
    int order = tc_number_compare(a, b);
    switch (op) {
    case TC_GT:
        return order > 0;
    case TC_GTE:
        return order >= 0;
    case TC_LT:
        return order < 0;
    case TC_LTE:
        return order <= 0;
    case TC_EQ:
        return order == 0;
    case TC_NEQ:
        return order != 0;
    case TC_COMPARE_COUNT:
        break;
    }
    return false;
}

static bool match_pattern(tc_matcher *m, const tc_predicate *p, tc_field_value *member)
{
    size_t budget = TC_PATTERN_BUDGET;
    bool found = p->cased ? tc_pattern_match(p->pattern, member->text, &budget)
                          : tc_pattern_match(p->folded, tc_member_fold(m, member), &budget);
    if (budget == 0) m->limit_hits++;
    return found;
}

static bool compare_texts(tc_slice a, tc_slice b, bool front, bool back)
{
    if (b.len > a.len) return false;
    if (front && back) return tc_slice_search(a, b) != TC_NPOS;
    if (front) return tc_slice_ends(a, b);
    return back ? tc_slice_starts(a, b) : tc_slice_equal(a, b);
}

static bool match_same(tc_matcher *m, const tc_predicate *p, tc_field_value *member)
{
    tc_group_state *other = tc_group_fetch(m, p->other_group);
    for (size_t i = 0; i < other->count; i++) {
        tc_field_value *their = &other->members[i];
        if (their->kind == TC_KIND_NULL) continue;
        tc_slice a = p->cased ? member->text : tc_member_fold(m, member);
        tc_slice b = p->cased ? their->text : tc_member_fold(m, their);
        if (compare_texts(a, b, p->front, p->back)) return true;
    }
    return false;
}

static bool match_truth(const tc_predicate *p, const tc_field_value *member)
{
    return (member->kind == TC_KIND_BOOL || member->kind == TC_KIND_STRING) &&
           tc_slice_equal_ascii(member->text, p->truth ? TC_LIT("true") : TC_LIT("false"));
}

static bool match_number(const tc_predicate *p, const tc_field_value *member)
{
    tc_number n;
    return member->kind != TC_KIND_BOOL && tc_number_parse(member->text, &n) &&
           compare(n, p->compare, p->number);
}

static bool match_time(const tc_predicate *p, const tc_field_value *member)
{
    int64_t part;
    if (!tc_time_part_of(member->text, member->kind == TC_KIND_NUMBER, p->part, &part))
        return false;
    return compare((tc_number){true, part, (double)part}, p->compare, p->number);
}

static bool match_member(tc_matcher *m, const tc_predicate *p, tc_field_value *member)
{
    tc_ip ip;
    switch (p->kind) {
    case TC_PREDICATE_PATTERN:
        return match_pattern(m, p, member);
    case TC_PREDICATE_NUMBER:
        return match_number(p, member);
    case TC_PREDICATE_TRUTH:
        return match_truth(p, member);
    case TC_PREDICATE_REGEX:
        return tc_regex_search(p->regex, m->scratch, member->text);
    case TC_PREDICATE_CIDR:
        return tc_ip_parse(member->text, &ip) && tc_cidr_contains(p->cidr, ip);
    case TC_PREDICATE_TIME:
        return match_time(p, member);
    case TC_PREDICATE_SAME:
        return match_same(m, p, member);
    case TC_PREDICATE_NULL:
    case TC_PREDICATE_EXISTS:
    case TC_PREDICATE_KIND_COUNT:
        break;
    }
    return false;
}

static bool look(tc_matcher *m, const tc_predicate *p)
{
    tc_group_state *state = tc_group_fetch(m, p->group);
    if (p->kind == TC_PREDICATE_NULL) return state->null;
    if (p->kind == TC_PREDICATE_EXISTS) return state->exists;
    for (size_t i = 0; i < state->count; i++)
        if (state->members[i].kind != TC_KIND_NULL && match_member(m, p, &state->members[i]))
            return true;
    return false;
}

bool tc_predicate_ask(tc_matcher *m, uint32_t number)
{
    tc_asking asking = m->rules->answers[number];
    bool direct = asking.answer == TC_ANSWER_DIRECT;
    if (!direct) tc_group_pass(m, asking.group);
    uint32_t known = m->marks[number];
    if (known >> 2 == m->epoch) {
        if ((known & 3) != TC_MARK_CANDIDATE) return (known & 3) == TC_MARK_TRUE;
    } else if (!direct) {
        return false; /* the pass did not see it */
    }
    bool found = look(m, &m->rules->predicates.list[number]);
    m->marks[number] = m->epoch << 2 | (found ? TC_MARK_TRUE : TC_MARK_FALSE);
    return found;
}
