/* tocsin why: how near a mailbox came to what the rules ask for. */
#include "detector/app/command.h"
#include "detector/app/inquiry.h"
#include "detector/app/second_look.h"
#include "detector/inquire/why_page.h"
#include "detector/settings/nearest.h"
#include "parsers/base/alloc.h"

enum { NAMES_MAX = 64, ALERTS_MAX = 50, SINGLE_MAX = 30, NEAR_MAX = 8, NEAR_LENGTH = 3 };
#define KNOWN_MAX 1000000

typedef struct asking {
    tc_inquiry q;
    tc_arena *kept;
    tc_entity who;
    bool joined, assumed;
    tc_slice names[NAMES_MAX];
    uint64_t hashes[NAMES_MAX];
    size_t name_count;
    const char **known; /* names that are like the one asked for */
    size_t known_count, known_capacity;
    tc_why why;
    tc_why_alert alerts[ALERTS_MAX];
    size_t alert_count, alerts_more;
    tc_status status; /* of gathering names */
} asking;

static TC_STATUS hear_nothing(void *context, const tc_alert *alert)
{
    (void)context;
    (void)alert;
    return TC_SUCCESS;
}

static TC_STATUS forget_nothing(void *context)
{
    (void)context;
    return TC_SUCCESS;
}

/* -- who it is ------------------------------------------------------------------------------ */

static int by_text(const void *left, const void *right)
{
    return tc_slice_compare(*(const tc_slice *)left, *(const tc_slice *)right);
}

static void take_name(void *context, tc_slice name, tc_entity root)
{
    asking *k = context;
    if (root != k->who || k->name_count == NAMES_MAX) return;
    if (tc_arena_copy(k->kept, name, &k->names[k->name_count]))
        k->name_count++;
    else
        k->status = (tc_status){TC_ELIMIT};
}

/* All names of the person, the best first. */
static TC_STATUS gather_names(asking *k, tc_identity *identity)
{
    tc_identity_each(identity, k, take_name);
    TC_TRY(k->status);
    qsort(k->names, k->name_count, sizeof(*k->names), by_text);
    tc_identity_begin(identity);
    tc_slice best = tc_identity_label(identity, k->who);
    for (size_t i = 0; i < k->name_count; i++) {
        if (!tc_slice_equal(k->names[i], best)) continue;
        tc_slice name = k->names[i];
        memmove(k->names + 1, k->names, i * sizeof(name));
        k->names[0] = name;
    }
    for (size_t i = 0; i < k->name_count; i++)
        k->hashes[i] = tc_why_name(k->names[i]);
    k->joined = tc_identity_joined(identity, k->who, &k->assumed);
    return TC_SUCCESS;
}

static tc_slice user_part(tc_slice name)
{
    size_t slash = tc_slice_find(name, '\\'), sign;
    if (slash != TC_NPOS) name = tc_slice_sub(name, slash + 1, TC_NPOS);
    sign = tc_slice_find(name, '@');
    return tc_slice_sub(name, 0, sign);
}

static void keep_known(asking *k, tc_slice name)
{
    if (tc_failed(k->status)) return;
    k->status =
        tc_grow(&k->known, &k->known_capacity, k->known_count + 1, sizeof(*k->known), KNOWN_MAX);
    const char *text = tc_failed(k->status) ? NULL : tc_arena_cstr(k->kept, name);
    if (text) k->known[k->known_count++] = text;
}

/* The user part alone is what people mistype. */
static void take_known(void *context, tc_slice name, tc_entity root)
{
    tc_slice user = user_part(name);
    (void)root;
    keep_known(context, name);
    if (user.len < name.len) keep_known(context, user);
}

static int by_word(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void add_near(tc_str *words, const char *name, size_t *count)
{
    if (*count >= NEAR_MAX) return;
    tc_str_addf(words, "%s%s", *count ? ", " : "; near names: ", name);
    ++*count;
}

/* Says that nobody has the name, and who has one like it. */
static TC_STATUS refuse(asking *k, tc_identity *identity, tc_slice name)
{
    tc_slice user = user_part(name);
    size_t count = 0;
    tc_str words;
    tc_identity_each(identity, k, take_known);
    tc_str_init(&words, 4096);
    if (k->known_count) qsort(k->known, k->known_count, sizeof(*k->known), by_word);
    for (size_t i = 0; i < k->known_count && user.len >= NEAR_LENGTH; i++)
        if (tc_slice_search_ascii(tc_slice_of(k->known[i]), user) != TC_NPOS)
            add_near(&words, k->known[i], &count);
    const char *near = count ? NULL : tc_nearest_word(user, k->known, k->known_count);
    if (near) add_near(&words, near, &count);
    tc_status status = tc_fail(&k->q.error, TC_ESYNTAX,
                               "--mailbox: nobody of that name in these "
                               "logs: '%.80s'%s",
                               k->q.run.options->mailbox, tc_str_cstr(&words));
    tc_str_done(&words);
    return status;
}

static TC_STATUS find_out_who(asking *k)
{
    tc_inquiry_hooks hooks = {k, hear_nothing, forget_nothing, NULL};
    tc_slice name = tc_slice_of(k->q.run.options->mailbox);
    TC_TRY(tc_inquiry_scan(&k->q, &hooks));
    tc_identity *identity = tc_ordered_identity(k->q.read.ordered);
    tc_identity_begin(identity);
    k->who = tc_identity_guess(identity, name);
    if (k->who == 0) return refuse(k, identity, name);
    tc_status status = gather_names(k, identity);
    if (tc_failed(status)) return tc_fail(&k->q.error, status.code, "too many names");
    return TC_SUCCESS;
}

/* -- which rules ---------------------------------------------------------------------------- */

static TC_STATUS ask_one(asking *k, const char *wanted)
{
    const tc_ruleset *rules = k->q.run.rules;
    const tc_rule *rule = tc_ruleset_find(rules, tc_slice_of(wanted));
    if (rule) return tc_why_ask(&k->why, rule->index);
    return tc_fail(&k->q.error, TC_ESYNTAX, "--rule: no rule '%.80s' (see tocsin rules list)",
                   wanted);
}

static TC_STATUS ask_rules(asking *k)
{
    const tc_ruleset *rules = k->q.run.rules;
    const char *wanted = k->q.run.options->rule;
    tc_status status = tc_why_init(&k->why, rules, k->hashes, k->name_count);
    if (!tc_failed(status) && wanted) status = ask_one(k, wanted);
    for (uint32_t i = 0; i < tc_ruleset_count(rules) && !wanted && !tc_failed(status); i++) {
        const tc_rule *rule = tc_ruleset_rule(rules, i);
        if (rule->reports && rule->level >= TC_LEVEL_HIGH) status = tc_why_ask(&k->why, i);
    }
    if (tc_failed(status) && k->q.error.code == TC_OK)
        return tc_fail(&k->q.error, status.code,
                       "more rules than can be asked about: name one "
                       "with --rule");
    return status;
}

/* -- hearing -------------------------------------------------------------------------------- */

static bool bears(const asking *k, const tc_alert *a)
{
    for (size_t i = 0; i < a->mailbox_count; i++)
        if (tc_why_has(&k->why, a->mailboxes[i].name)) return true;
    return false;
}

static TC_STATUS told(void *context, const tc_alert *a)
{
    asking *k = context;
    bool final = a->transition == TC_TRANSITION_FINAL;
    if ((!final && a->transition != TC_TRANSITION_NONE) || !bears(k, a)) return TC_SUCCESS;
    /* Incidents come last, and must find room. */
    if (k->alert_count >= (final ? ALERTS_MAX : SINGLE_MAX)) {
        k->alerts_more++;
        return TC_SUCCESS;
    }
    tc_why_alert *to = &k->alerts[k->alert_count++];
    *to = (tc_why_alert){.time = a->time, .level = a->level, .incident = final};
    memcpy(to->id, a->incident_id, sizeof(to->id));
    tc_slice what = final && a->message.len ? a->message : a->rule_title;
    return tc_arena_copy(k->kept, what, &to->what) ? TC_SUCCESS : (tc_status){TC_ELIMIT};
}

static TC_STATUS again(void *context)
{
    asking *k = context;
    tc_why_clear(&k->why);
    k->alert_count = k->alerts_more = 0;
    return TC_SUCCESS;
}

static TC_STATUS tell(asking *k)
{
    tc_inquiry *q = &k->q;
    tc_why_page page = {.why = &k->why,
                        .names = k->names,
                        .name_count = k->name_count,
                        .joined = k->joined,
                        .assumed = k->assumed,
                        .alerts = k->alerts,
                        .alert_count = k->alert_count,
                        .alerts_more = k->alerts_more,
                        .summary = &q->summary,
                        .have_geo = tc_enricher_has_country(q->run.enricher) ||
                                    tc_enricher_has_asn(q->run.enricher)};
    if (q->json)
        tc_why_json(&page, &q->page);
    else
        tc_why_text(q->text, &page, &q->page);
    return tc_inquiry_write(q);
}

static TC_STATUS run(asking *k, const tc_options *o, tc_time now)
{
    if (o->mailbox == NULL)
        return tc_fail(&k->q.error, TC_ESYNTAX, "why: whose? Say --mailbox NAME");
    TC_TRY(tc_inquiry_open(&k->q, o, now));
    TC_TRY(tc_second_look_possible(&k->q.run, &k->q.error));
    k->kept = tc_arena_new((size_t)128 << 20);
    if (k->kept == NULL) return tc_fail(&k->q.error, TC_ENOMEM, "out of memory");
    TC_TRY(find_out_who(k));
    TC_TRY(ask_rules(k));
    tc_observer observer = tc_why_observer(&k->why);
    tc_inquiry_hooks hooks = {k, told, again, &observer};
    TC_TRY(tc_inquiry_read(&k->q, &hooks));
    return tell(k);
}

int tc_command_why(const tc_options *options, tc_time now)
{
    asking *k = tc_alloc(1, sizeof(*k));
    tc_error error = {0};
    if (k == NULL) return tc_command_failed(tc_fail(&error, TC_ENOMEM, "out of memory"), &error);
    tc_status status = run(k, options, now);
    int exit_status =
        tc_failed(status) ? tc_command_failed(status, &k->q.error) : tc_inquiry_conclude(&k->q);
    tc_inquiry_close(&k->q);
    tc_why_done(&k->why);
    tc_arena_free(k->kept);
    tc_free(k->known);
    tc_free(k);
    return exit_status;
}
