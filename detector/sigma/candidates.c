/* Which rules a set of logsource labels concerns, remembered per matcher. */
#include "detector/sigma/matcher_data.h"
#include "parsers/base/alloc.h"

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_labels(const tc_candidates *c, const tc_logsource *labels, size_t count)
{
    if (c->label_count != count) return false;
    for (size_t i = 0; i < count; i++)
        if (!same_text(c->labels[i].category, labels[i].category) ||
            !same_text(c->labels[i].product, labels[i].product) ||
            !same_text(c->labels[i].service, labels[i].service))
            return false;
    return true;
}

/* FNV-1a over the three texts of each label, absent ones told from empty ones. */
static uint64_t hash_labels(const tc_logsource *labels, size_t count)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < count; i++) {
        const char *texts[3] = {labels[i].category, labels[i].product, labels[i].service};
        for (size_t t = 0; t < 3; t++) {
            for (const char *c = texts[t]; c && *c; c++)
                h = (h ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
            h = (h ^ (texts[t] ? 0x100u : 0x101u)) * UINT64_C(0x100000001b3);
        }
    }
    return h;
}

static bool concerns(const tc_rule *rule, const tc_logsource *labels, size_t count)
{
    if (rule->kind != TC_RULE_DETECTION) return false;
    for (size_t i = 0; i < count; i++)
        if (tc_logsource_fits(rule, &labels[i])) return true;
    return count == 0;
}

static bool has_bit(const uint64_t *bits, uint32_t rule)
{
    return (bits[rule / 64] >> (rule % 64) & 1) != 0;
}

static void fill_rules(const tc_ruleset *rules, tc_candidates *c, const tc_logsource *labels,
                       size_t count)
{
    for (size_t r = 0; r < rules->draft_count; r++) {
        if (!concerns(&rules->drafts[r].rule, labels, count)) continue;
        uint64_t bit = UINT64_C(1) << (r % 64);
        c->member[r / 64] |= bit;
        if (rules->untriggered[r]) c->always[r / 64] |= bit;
    }
}

/* The groups whose passes wake one of these rules. */
static void fill_groups(const tc_ruleset *rules, tc_candidates *c, bool *seen)
{
    for (size_t p = 0; p < rules->predicates.count; p++) {
        uint32_t group = rules->predicates.list[p].group;
        for (uint32_t i = rules->trigger_start[p]; !seen[group] && i < rules->trigger_start[p + 1];
             i++)
            if (has_bit(c->member, rules->trigger_rules[i])) {
                seen[group] = true;
                c->groups[c->group_count++] = group;
            }
    }
}

static void put_text(const char **field, char **at)
{
    if (!*field) return;
    size_t size = strlen(*field) + 1;
    memcpy(*at, *field, size);
    *field = *at;
    *at += size;
}

static size_t text_size(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

static bool copy_labels(tc_candidates *c, const tc_logsource *labels, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += text_size(labels[i].category) + text_size(labels[i].product) +
                text_size(labels[i].service);
    c->labels = tc_alloc(count, sizeof *c->labels);
    c->label_text = tc_alloc(size, 1);
    if (!c->labels || !c->label_text) return false;
    char *at = c->label_text;
    for (size_t i = 0; i < count; i++) {
        c->labels[i] = labels[i];
        put_text(&c->labels[i].category, &at);
        put_text(&c->labels[i].product, &at);
        put_text(&c->labels[i].service, &at);
    }
    c->label_count = count;
    return true;
}

static void free_candidates(tc_candidates *c)
{
    if (!c) return;
    tc_free(c->label_text);
    tc_free(c->labels);
    tc_free(c->member);
    tc_free(c->always);
    tc_free(c->groups);
    tc_free(c);
}

static tc_candidates *make(const tc_matcher *m, const tc_logsource *labels, size_t count)
{
    tc_candidates *c = tc_alloc(1, sizeof *c);
    bool *seen = tc_alloc(m->rules->group_count, sizeof *seen);
    bool ok = c && seen;
    if (ok) {
        c->member = tc_alloc(m->words, sizeof *c->member);
        c->always = tc_alloc(m->words, sizeof *c->always);
        c->groups = tc_alloc(m->rules->group_count, sizeof *c->groups);
        ok = c->member && c->always && c->groups && copy_labels(c, labels, count);
    }
    if (ok) {
        fill_rules(m->rules, c, labels, count);
        fill_groups(m->rules, c, seen);
    } else {
        free_candidates(c);
        c = NULL;
    }
    tc_free(seen);
    return c;
}

/* Without memory every rule that fits is looked at, trigger or not: slower, not less. */
static const tc_candidates *make_spare(tc_matcher *m, const tc_logsource *labels, size_t count)
{
    memset(m->spare.member, 0, m->words * sizeof *m->spare.member);
    for (size_t r = 0; r < m->rules->draft_count; r++)
        if (concerns(&m->rules->drafts[r].rule, labels, count))
            m->spare.member[r / 64] |= UINT64_C(1) << (r % 64);
    return &m->spare;
}

const tc_candidates *tc_candidates_find(tc_matcher *m, const tc_logsource *labels,
                                        size_t label_count)
{
    if (m->current && m->current != &m->spare && same_labels(m->current, labels, label_count))
        return m->current;
    uint64_t hash = hash_labels(labels, label_count);
    for (size_t i = 0; i < m->cached; i++)
        if (m->cache_hash[i] == hash && same_labels(m->cache[i], labels, label_count))
            return m->cache[i];
    if (m->cached == TC_CANDIDATES_MAX) tc_candidates_free_all(m);
    tc_candidates *c = make(m, labels, label_count);
    if (!c) return make_spare(m, labels, label_count);
    m->cache_hash[m->cached] = hash;
    m->cache[m->cached++] = c;
    return c;
}

void tc_candidates_free_all(tc_matcher *m)
{
    for (size_t i = 0; i < m->cached; i++)
        free_candidates(m->cache[i]);
    m->cached = 0;
    m->current = NULL;
}
