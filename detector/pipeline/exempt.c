#include "detector/pipeline/exempt.h"

#include "detector/derive/derive.h"
#include "detector/memory/keymap.h"
#include "detector/settings/config.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

struct tc_exempt {
    const tc_options *options;
    const tc_config *config; /* NULL: only a response was declared */
    tc_time now;
    uint64_t *exceptions, *windows; /* findings that each has left out */
    uint64_t response, service, declared;
    tc_time response_since; /* as declared last */
    tc_declared_window windows_declared[TC_DECLARED_WINDOWS];
    size_t declared_count;
    tc_keymap counted; /* rule, whom it is about, day */
};

#define COUNTED_MAX 65536

/* -- life ----------------------------------------------------------------------------------- */

tc_exempt *tc_exempt_new(const tc_options *options, tc_time now)
{
    tc_exempt *x = tc_alloc(1, sizeof(*x));
    if (x == NULL) return NULL;
    x->options = options;
    x->config = options->site;
    x->response_since = options->response_since;
    x->now = now;
    tc_keymap_init(&x->counted, COUNTED_MAX);
    if (x->config == NULL) return x;
    x->exceptions = tc_alloc(x->config->exception_count + 1, sizeof(uint64_t));
    x->windows = tc_alloc(x->config->window_count + 1, sizeof(uint64_t));
    if (x->exceptions && x->windows) return x;
    tc_exempt_free(x);
    return NULL;
}

void tc_exempt_free(tc_exempt *x)
{
    if (x == NULL) return;
    tc_keymap_done(&x->counted);
    tc_free(x->exceptions);
    tc_free(x->windows);
    tc_free(x);
}

void tc_exempt_declare_response(tc_exempt *x, tc_time since)
{
    x->response_since = since;
}

void tc_exempt_declare_window(tc_exempt *x, const tc_declared_window *window)
{
    size_t at = 0;
    for (size_t i = 1; i < x->declared_count; i++)
        if (x->windows_declared[i].until < x->windows_declared[at].until) at = i;
    if (x->declared_count < TC_DECLARED_WINDOWS) at = x->declared_count++;
    x->windows_declared[at] = *window;
}

/* -- whom a finding is about ---------------------------------------------------------------- */

typedef enum fit { FIT_NO, FIT_UNKNOWN, FIT_YES } fit;

static bool is_person(tc_identity *identity, tc_entity wanted, tc_slice name, tc_slice other)
{
    if (tc_slice_equal_ascii(name, other)) return true;
    return wanted != 0 && other.len != 0 && tc_identity_find(identity, other) == wanted;
}

static fit fits_user(tc_identity *identity, tc_slice name, const tc_subject *s)
{
    tc_entity wanted = tc_identity_find(identity, name);
    if (s->mailbox.len + s->actor.len + s->user.len == 0) return FIT_UNKNOWN;
    bool is =
        (wanted != 0 && s->entity == wanted) || is_person(identity, wanted, name, s->mailbox) ||
        is_person(identity, wanted, name, s->actor) || is_person(identity, wanted, name, s->user);
    return is ? FIT_YES : FIT_NO;
}

/* The whole text, or its beginning where the exception ends in a star. */
static fit fits_agent(tc_slice pattern, const tc_subject *s)
{
    if (s->agent.len == 0) return FIT_UNKNOWN;
    bool open = pattern.ptr[pattern.len - 1] == '*';
    if (open) pattern.len--;
    return (open ? tc_slice_starts_ascii(s->agent, pattern)
                 : tc_slice_equal_ascii(s->agent, pattern))
               ? FIT_YES
               : FIT_NO;
}

/* zh covers zh-cn. */
static fit fits_language(tc_slice tag, const tc_subject *s)
{
    if (s->language.len == 0) return FIT_UNKNOWN;
    if (tc_slice_equal_ascii(s->language, tag)) return FIT_YES;
    bool below = s->language.len > tag.len && s->language.ptr[tag.len] == '-' &&
                 tc_slice_starts_ascii(s->language, tag);
    return below ? FIT_YES : FIT_NO;
}

static fit fits_network(tc_cidr network, const tc_subject *s)
{
    if (tc_ip_is_zero(s->ip)) return FIT_UNKNOWN;
    return tc_cidr_contains(network, s->ip) ? FIT_YES : FIT_NO;
}

enum { PARTS = 4 };

static void fit_parts(const tc_config_exception *e, tc_identity *identity, const tc_subject *s,
                      fit out[PARTS])
{
    out[0] = e->user.len ? fits_user(identity, e->user, s) : FIT_YES;
    out[1] = e->has_network ? fits_network(e->network, s) : FIT_YES;
    out[2] = e->agent.len ? fits_agent(e->agent, s) : FIT_YES;
    out[3] = e->language.len ? fits_language(e->language, s) : FIT_YES;
}

static bool fits_subjects(const tc_config_exception *e, tc_identity *identity, const tc_finding *f)
{
    bool proven[PARTS] = {false};
    for (size_t i = 0; i < f->subject_count; i++) {
        fit parts[PARTS];
        fit_parts(e, identity, &f->subjects[i], parts);
        for (size_t k = 0; k < PARTS; k++) {
            if (parts[k] == FIT_NO) return false;
            proven[k] |= parts[k] == FIT_YES;
        }
    }
    return proven[0] && proven[1] && proven[2] && proven[3];
}

/* -- reasons to leave it out ---------------------------------------------------------------- */

static bool is_rule(const tc_config_exception *e, const tc_rule *rule)
{
    return e->rule.len == 0 || tc_slice_equal(e->rule, rule->name) ||
           tc_slice_equal(e->rule, rule->id);
}

static bool applies(const tc_exempt *x, const tc_config_exception *e, const tc_finding *f)
{
    return x->now < e->until && f->order.time < e->until && is_rule(e, f->rule);
}

static uint64_t *by_exception(tc_exempt *x, const tc_finding *f, tc_identity *identity)
{
    for (size_t i = 0; x->config != NULL && i < x->config->exception_count; i++) {
        const tc_config_exception *e = &x->config->exceptions[i];
        if (applies(x, e, f) && fits_subjects(e, identity, f)) return &x->exceptions[i];
    }
    return NULL;
}

static bool is_within(const tc_finding *f, tc_indicator what, tc_time from, tc_time until)
{
    unsigned in = what == TC_INDICATOR_LANGUAGE ? TC_EXPECTED_LANGUAGE : TC_EXPECTED_RESETS;
    return (f->rule->expected_in & in) && f->start >= from && f->order.time < until;
}

static uint64_t *by_window(tc_exempt *x, const tc_finding *f)
{
    for (size_t i = 0; x->config != NULL && i < x->config->window_count; i++) {
        const tc_config_window *w = &x->config->windows[i];
        if (is_within(f, w->what, w->from, w->until)) return &x->windows[i];
    }
    for (size_t i = 0; i < x->declared_count; i++) {
        const tc_declared_window *w = &x->windows_declared[i];
        if (is_within(f, w->what, w->from, w->until)) return &x->declared;
    }
    return NULL;
}

static uint64_t *by_response(tc_exempt *x, const tc_finding *f)
{
    tc_time since = x->response_since, now = f->order.time;
    if (since == TC_TIME_NONE || !(f->rule->expected_in & TC_EXPECTED_RESPONSE)) return NULL;
    bool within = now >= since && tc_time_between(since, now) <= TC_RESPONSE_LASTS;
    return within ? &x->response : NULL;
}

static bool is_service(const tc_exempt *x, tc_identity *identity, const tc_subject *s)
{
    const tc_config_words *services = &x->config->words[TC_CONFIG_SERVICE];
    tc_slice who = s->actor.len ? s->actor : s->user;
    for (size_t i = 0; who.len && i < services->count; i++)
        if (is_person(identity, tc_identity_find(identity, services->items[i]), services->items[i],
                      who))
            return true;
    return false;
}

static uint64_t *by_service(tc_exempt *x, const tc_finding *f, tc_identity *identity)
{
    if (x->config == NULL || !(f->rule->expected_in & TC_EXPECTED_SERVICE)) return NULL;
    for (size_t i = 0; i < f->subject_count; i++)
        if (!is_service(x, identity, &f->subjects[i])) return NULL;
    return f->subject_count ? &x->service : NULL;
}

/* A match comes again with every record; told it would be once a day. Past the bound each counts.
 */
static bool is_first(tc_exempt *x, const tc_finding *f)
{
    int64_t day = f->order.time / TC_DAY;
    uint64_t digest = tc_content_hash_add(f->rule->fingerprint, f->entity);
    digest = tc_content_hash_add(digest, tc_slice_make(&day, sizeof(day)));
    if (tc_keymap_get(&x->counted, digest) != 0) return false;
    (void)!tc_failed(tc_keymap_put(&x->counted, digest, 1));
    return true;
}

bool tc_exempt_hides(tc_exempt *x, const tc_finding *f, tc_identity *identity, bool counts)
{
    const tc_options *o = x->options;
    uint64_t *count = by_exception(x, f, identity);
    if (count == NULL) count = by_window(x, f);
    if (count == NULL) count = by_response(x, f);
    if (count == NULL) count = by_service(x, f, identity);
    if (count == NULL) return false;
    tc_level told = TC_MIN(TC_MIN(o->min_level, o->fail_level), TC_LEVEL_LOW);
    bool in_time = o->since == TC_TIME_NONE || f->order.time >= o->since;
    *count += counts && in_time && f->rule->level >= told && is_first(x, f);
    return true;
}

/* -- before its turn ------------------------------------------------------------------------ */

/* Whether a name that a log wrote may turn out to be that person: the one or the other is not known
 * yet, or they are called alike. */
static bool may_become(tc_identity *identity, tc_slice name, tc_slice other)
{
    tc_name a, b;
    if (other.len == 0) return false;
    tc_entity wanted = tc_identity_find(identity, name), is = tc_identity_find(identity, other);
    if (wanted == 0 || is == 0 || wanted == is) return true;
    tc_name_normalise(name, &a);
    tc_name_normalise(other, &b);
    return tc_slice_equal(tc_slice_make(a.text + a.local_offset, a.local_length),
                          tc_slice_make(b.text + b.local_offset, b.local_length));
}

static bool may_be_user(tc_identity *identity, tc_slice name, const tc_subject *s)
{
    return s->mailbox.len + s->actor.len + s->user.len == 0 ||
           may_become(identity, name, s->mailbox) || may_become(identity, name, s->actor) ||
           may_become(identity, name, s->user);
}

static bool may_fit(const tc_config_exception *e, tc_identity *identity, const tc_finding *f)
{
    tc_config_exception others = *e;
    others.user = TC_EMPTY_SLICE;
    if (!fits_subjects(&others, identity, f)) return false;
    for (size_t i = 0; e->user.len && i < f->subject_count; i++)
        if (!may_be_user(identity, e->user, &f->subjects[i])) return false;
    return true;
}

static bool may_be_services(const tc_exempt *x, const tc_finding *f, tc_identity *identity)
{
    if (x->config == NULL || !(f->rule->expected_in & TC_EXPECTED_SERVICE)) return false;
    const tc_config_words *services = &x->config->words[TC_CONFIG_SERVICE];
    for (size_t i = 0; i < services->count; i++)
        for (size_t k = 0; k < f->subject_count; k++)
            if (may_be_user(identity, services->items[i], &f->subjects[k])) return true;
    return false;
}

bool tc_exempt_may_hide(tc_exempt *x, const tc_finding *f, tc_identity *identity)
{
    if (by_window(x, f) || by_response(x, f) || may_be_services(x, f, identity)) return true;
    for (size_t i = 0; x->config != NULL && i < x->config->exception_count; i++) {
        const tc_config_exception *e = &x->config->exceptions[i];
        if (applies(x, e, f) && may_fit(e, identity, f)) return true;
    }
    return false;
}

/* -- what was left out ---------------------------------------------------------------------- */

typedef struct telling {
    const tc_exempt *exempt;
    tc_arena *arena;
    tc_left_out *rows;
    size_t count;
} telling;

#define WORDS_MAX 1024

static void add_part(tc_str *words, const char *name, tc_slice text)
{
    if (text.len == 0) return;
    tc_str_addf(words, "%s%s ", words->len ? ", " : "", name);
    tc_str_add(words, text);
}

static tc_left_out *next_row(telling *t, const char *kind, uint64_t findings, uint32_t line)
{
    tc_left_out *row = &t->rows[t->count++];
    *row = (tc_left_out){.kind = kind, .findings = findings, .line = line, .until = TC_TIME_NONE};
    if (line != 0) row->file = tc_slice_of(t->exempt->config->path);
    return row;
}

/* Keeps the words, and gives the text up. */
static void keep(telling *t, tc_str *words, tc_left_out *row)
{
    if (!tc_arena_copy(t->arena, tc_str_view(words), &row->what)) row->what = TC_EMPTY_SLICE;
    tc_str_done(words);
}

static void tell_exception(telling *t, const tc_config_exception *e, uint64_t findings)
{
    char network[TC_IP_TEXT] = "";
    tc_str words;
    tc_left_out *row = next_row(t, "exception", findings, e->line);
    bool named = !t->exempt->options->redact;
    tc_str_init(&words, WORDS_MAX);
    add_part(&words, "rule", e->rule);
    add_part(&words, "user", named || e->user.len == 0 ? e->user : TC_LIT("(redacted)"));
    if (e->has_network) (void)tc_cidr_format(e->network, network);
    add_part(&words, "network", tc_slice_of(network));
    add_part(&words, "agent", e->agent);
    add_part(&words, "language", e->language);
    keep(t, &words, row);
    row->reason = named ? e->reason : TC_EMPTY_SLICE;
    row->until = e->until;
    row->ended = t->exempt->now >= e->until;
}

static void tell_window(telling *t, const tc_config_window *w, uint64_t findings)
{
    char from[TC_TIME_TEXT], until[TC_TIME_TEXT];
    tc_str words;
    tc_left_out *row = next_row(t, "change_window", findings, w->line);
    tc_str_init(&words, WORDS_MAX);
    tc_str_addf(&words, "%s, %s to %s UTC", tc_indicator_name(w->what),
                tc_time_format_human(w->from, from), tc_time_format_human(w->until, until));
    keep(t, &words, row);
    row->reason = t->exempt->options->redact ? TC_EMPTY_SLICE : w->reason;
    row->until = w->until;
}

static void tell_response(telling *t)
{
    char since[TC_TIME_TEXT], until[TC_TIME_TEXT];
    tc_str words;
    tc_time from = t->exempt->response_since;
    tc_left_out *row = next_row(t, "response", t->exempt->response, 0);
    row->until = tc_time_add(from, TC_RESPONSE_LASTS);
    tc_str_init(&words, WORDS_MAX);
    tc_str_addf(&words, "declared response, %s to %s UTC: waves of password changes and lockouts",
                tc_time_format_human(from, since), tc_time_format_human(row->until, until));
    keep(t, &words, row);
}

TC_STATUS tc_exempt_tell(const tc_exempt *x, tc_arena *arena, tc_summary *summary)
{
    const tc_config *c = x->config;
    size_t most = 2 + (c ? c->exception_count + c->window_count : 0);
    telling t = {x, arena, tc_arena_zero(arena, most, sizeof(*t.rows)), 0};
    if (t.rows == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; c != NULL && i < c->exception_count; i++)
        tell_exception(&t, &c->exceptions[i], x->exceptions[i]);
    for (size_t i = 0; c != NULL && i < c->window_count; i++)
        tell_window(&t, &c->windows[i], x->windows[i]);
    if (x->response_since != TC_TIME_NONE) tell_response(&t);
    if (x->service) next_row(&t, "service", x->service, 0)->what = TC_LIT("service accounts");
    summary->left_out = t.rows;
    summary->left_out_count = t.count;
    return TC_SUCCESS;
}
