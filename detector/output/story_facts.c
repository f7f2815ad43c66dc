#include "detector/output/story_facts.h"

#include "detector/output/proof_command.h"

/* -- figures -------------------------------------------------------------------------------- */

static tc_time earlier(tc_time a, tc_time b)
{
    if (b == TC_TIME_NONE) return a;
    return a == TC_TIME_NONE || b < a ? b : a;
}

static bool is_switched(const tc_alert_mailbox *m)
{
    return m->language.len != 0 && m->switched != TC_TIME_NONE;
}

static tc_slice domain_of(tc_slice name)
{
    size_t at = tc_slice_rfind(name, '@');
    return at == TC_NPOS || at == 0 ? TC_EMPTY_SLICE : tc_slice_sub(name, at, TC_NPOS);
}

static void count_mailbox(tc_facts *f, const tc_alert_mailbox *m)
{
    bool accessed = m->first_access != TC_TIME_NONE, first = f->switched == 0;
    f->sessions += m->sessions;
    f->accessed += accessed;
    if (accessed) f->last_access = TC_MAX(f->last_access, m->last_access);
    f->first_access = earlier(f->first_access, m->first_access);
    if (!is_switched(m)) return;
    f->switched++;
    f->both += accessed;
    f->first_switch = earlier(f->first_switch, m->switched);
    f->last_switch = TC_MAX(f->last_switch, m->switched);
    if (first)
        f->language = m->language;
    else if (!tc_slice_equal(f->language, m->language))
        f->language = TC_EMPTY_SLICE;
}

static void count_mailboxes(tc_facts *f, const tc_alert *a)
{
    for (size_t i = 0; i < a->mailbox_count; i++) {
        tc_slice domain = domain_of(a->mailboxes[i].name);
        count_mailbox(f, &a->mailboxes[i]);
        if (i == 0) f->domain = domain;
        if (!tc_slice_equal_ascii(f->domain, domain)) f->domain = TC_EMPTY_SLICE;
    }
}

static void count_country(tc_facts *f, tc_slice code)
{
    if (code.len == 0) return;
    for (size_t i = 0; i < f->country_count; i++)
        if (tc_slice_equal(f->countries[i], code)) return;
    if (f->country_count < TC_FACTS_COUNTRIES) f->countries[f->country_count++] = code;
}

static void count_sources(tc_facts *f, const tc_alert *a)
{
    for (size_t i = 0; i < a->source_count; i++) {
        const tc_alert_source *s = &a->sources[i];
        count_country(f, s->country);
        if (i == 0) {
            f->agent = s->agent;
            f->network = s->as_org;
            f->asn = s->asn;
        }
        if (!tc_slice_equal(f->agent, s->agent)) f->agent = TC_EMPTY_SLICE;
        if (!tc_slice_equal(f->network, s->as_org)) f->network = TC_EMPTY_SLICE;
        if (f->asn != s->asn) f->asn = 0;
    }
}

static bool is_of_year(tc_time time, const char *year)
{
    char text[TC_TIME_TEXT];
    return time == TC_TIME_NONE || strncmp(tc_time_format_human(time, text), year, 4) == 0;
}

static bool is_one_year(const tc_facts *f, const tc_alert *a)
{
    char year[TC_TIME_TEXT];
    tc_time_format_human(a->start, year);
    bool one = a->start != TC_TIME_NONE && is_of_year(a->end, year) &&
               is_of_year(f->first_access, year) && is_of_year(f->last_access, year) &&
               is_of_year(f->first_switch, year) && is_of_year(f->last_switch, year);
    for (size_t i = 0; one && i < a->source_count; i++)
        one = is_of_year(a->sources[i].first, year) && is_of_year(a->sources[i].last, year);
    return one;
}

bool tc_facts_rule(const tc_facts *f, const char *prefix)
{
    const tc_alert *a = f->alert;
    if (tc_slice_starts(a->rule_name, tc_slice_of(prefix))) return true;
    for (size_t i = 0; i < a->rule_count; i++)
        if (tc_slice_starts(a->rules[i].name, tc_slice_of(prefix))) return true;
    return false;
}

bool tc_facts_persists(const tc_facts *f)
{
    /* Email forwarding rule, email hiding rules, additional email delegate permissions. */
    static const char *const techniques[] = {"T1114.003", "T1564.008", "T1098.002"};
    const tc_alert *a = f->alert;
    for (size_t i = 0; i < a->technique_count; i++)
        for (size_t k = 0; k < TC_COUNT_OF(techniques); k++)
            if (tc_slice_equal_ascii(a->techniques[i], tc_slice_of(techniques[k]))) return true;
    return false;
}

tc_facts tc_facts_of(const tc_alert *a)
{
    tc_facts f = {.alert = a,
                  .first_access = TC_TIME_NONE,
                  .last_access = TC_TIME_NONE,
                  .first_switch = TC_TIME_NONE,
                  .last_switch = TC_TIME_NONE};
    count_mailboxes(&f, a);
    count_sources(&f, a);
    f.foreign = tc_facts_rule(&f, "foreign_language");
    f.one_year = is_one_year(&f, a);
    if (a->related_user_count) f.actor = a->related_users[0];
    return f;
}

/* -- words ---------------------------------------------------------------------------------- */

static tc_slice without_domain(tc_slice name, tc_slice domain)
{
    bool shared = domain.len && tc_slice_ends_ascii(name, domain) && name.len > domain.len;
    return shared ? tc_slice_sub(name, 0, name.len - domain.len) : name;
}

tc_slice tc_facts_short_name(const tc_facts *f, tc_slice name)
{
    return without_domain(name, f->domain);
}

const char *tc_facts_minute(const tc_facts *f, tc_time time, char out[TC_TIME_TEXT])
{
    char text[TC_TIME_TEXT];
    out[0] = 0;
    if (time == TC_TIME_NONE) return out;
    tc_time_format_human(time, text);
    text[sizeof("2011-03-09 07:12") - 1] = 0;
    snprintf(out, TC_TIME_TEXT, "%s", text + (f->one_year ? sizeof("2011-") - 1 : 0));
    return out;
}

typedef struct named {
    const char *code, *name;
} named;

#define TC_LANGUAGE(tag, name) {tag, name},
#define TC_COUNTRY(code, name)
static const named languages[] = {
#include "detector/output/story_names.def"
};
#undef TC_LANGUAGE
#undef TC_COUNTRY
#define TC_LANGUAGE(tag, name)
#define TC_COUNTRY(code, name) {code, name},
static const named countries[] = {
#include "detector/output/story_names.def"
};

static void add_named(tc_str *out, const named *table, size_t count, tc_slice key, tc_slice code)
{
    for (size_t i = 0; i < count; i++) {
        if (!tc_slice_equal_ascii(tc_slice_of(table[i].code), key)) continue;
        tc_str_addf(out, "%s (", table[i].name);
        tc_str_add(out, tc_slice_sub(code, 0, 64));
        tc_str_add_byte(out, ')');
        return;
    }
    tc_str_add(out, tc_slice_sub(code, 0, 64));
}

void tc_facts_add_language(tc_str *out, tc_slice tag)
{
    size_t dash = tc_slice_find(tag, '-');
    add_named(out, languages, TC_COUNT_OF(languages), tc_slice_sub(tag, 0, TC_MIN(dash, tag.len)),
              tag);
}

void tc_facts_add_country(tc_str *out, tc_slice code)
{
    add_named(out, countries, TC_COUNT_OF(countries), code, code);
}

/* What stands before item `i` of `shown`, of `all` that there are. */
static void add_between(tc_str *out, size_t i, size_t shown, size_t all)
{
    if (i == 0) return;
    tc_str_add(out, i + 1 == shown && shown == all ? TC_LIT(" and ") : TC_LIT(", "));
}

static void add_rest(tc_str *out, size_t shown, size_t all)
{
    if (shown < all) tc_str_addf(out, " and %zu more", all - shown);
}

void tc_facts_add_addresses(tc_str *out, const tc_alert *a, size_t most)
{
    char ip[TC_IP_TEXT];
    size_t shown = TC_MIN(a->source_count, most);
    for (size_t i = 0; i < shown; i++) {
        add_between(out, i, shown, a->source_count);
        tc_str_add(out, tc_slice_of(tc_ip_format(a->sources[i].ip, ip)));
    }
    add_rest(out, shown, a->source_count);
}

void tc_facts_add_mailboxes(const tc_facts *f, tc_str *out, size_t most)
{
    const tc_alert *a = f->alert;
    size_t shown = TC_MIN(a->mailbox_count, most);
    for (size_t i = 0; i < shown; i++) {
        add_between(out, i, shown, a->mailbox_count);
        tc_str_add(out, tc_slice_sub(tc_facts_short_name(f, a->mailboxes[i].name), 0, 256));
    }
    add_rest(out, shown, a->mailbox_count);
}

void tc_facts_add_count(tc_str *out, size_t count, const char *one, const char *many)
{
    tc_str_addf(out, "%zu %s", count, count == 1 ? one : many);
}

size_t tc_facts_forwards(const tc_alert *a, tc_slice to[TC_FACTS_FORWARDS])
{
    size_t n = 0;
    for (size_t i = 0; i < a->evidence_count; i++) {
        tc_slice found[TC_FACTS_FORWARDS];
        size_t count = tc_proof_forwards(a->evidence[i].text, found, TC_FACTS_FORWARDS);
        for (size_t k = 0; k < count && n < TC_FACTS_FORWARDS; k++) {
            bool before = false;
            for (size_t j = 0; j < n && !before; j++)
                before = tc_slice_equal_ascii(to[j], found[k]);
            if (!before) to[n++] = found[k];
        }
    }
    return n;
}

const char *tc_facts_client_word(tc_slice agent)
{
    return tc_slice_starts(agent, TC_LIT("Mozilla/")) ? "browser" : "program";
}
