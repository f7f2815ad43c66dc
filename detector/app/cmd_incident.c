/* tocsin incident scope: everybody whom the incidents of a scan touched. */
#include "detector/app/command.h"
#include "detector/app/incident_kept.h"
#include "detector/app/inquiry.h"
#include "detector/app/second_look.h"
#include "detector/inquire/scope_page.h"
#include "parsers/base/alloc.h"

#define ID_MIN 4

typedef struct asking {
    tc_inquiry q;
    tc_arena *kept; /* final incidents whose scope is asked for */
    tc_alert *alerts;
    size_t alert_count, alert_capacity;
    size_t lower; /* incidents below the level */
    tc_scope *scope;
    tc_scope_answer *answers;
    tc_scope_reach *reaches;
    size_t reach_count;
} asking;

#define KEPT_MAX ((size_t)256 << 20)
#define ALERTS_MAX 65536

/* -- which incidents ------------------------------------------------------------------------ */

static bool begins(const char *id, const char *wanted)
{
    return strncasecmp(id, wanted, strlen(wanted)) == 0;
}

static bool is_named(const tc_alert *a, const char *wanted)
{
    if (begins(a->incident_id, wanted)) return true;
    for (size_t i = 0; i < a->former_id_count; i++)
        if (begins(a->former_ids[i], wanted)) return true;
    return false;
}

static bool is_asked_for(asking *k, const tc_alert *a)
{
    const tc_options *o = k->q.run.options;
    if (o->incident && strcasecmp(o->incident, "all") != 0) return is_named(a, o->incident);
    if (o->incident || (a->level >= o->fail_level && !a->historic)) return true;
    k->lower++;
    return false;
}

/* What scope looks at; the rest of the alert is empty. */
static bool keep(tc_arena *arena, const tc_alert *a, tc_alert *to)
{
    *to = (tc_alert){.level = a->level, .start = a->start, .end = a->end, .course = a->course};
    memcpy(to->incident_id, a->incident_id, sizeof(to->incident_id));
    tc_alert_mailbox *mailboxes = tc_arena_get(arena, a->mailbox_count + 1, sizeof(*mailboxes));
    tc_alert_source *sources = tc_arena_get(arena, a->source_count + 1, sizeof(*sources));
    tc_slice *users = tc_arena_get(arena, a->related_user_count + 1, sizeof(*users));
    bool kept = mailboxes && sources && users && tc_arena_copy(arena, a->message, &to->message);
    for (size_t i = 0; kept && i < a->mailbox_count; i++) {
        mailboxes[i] = a->mailboxes[i];
        kept = tc_arena_copy(arena, a->mailboxes[i].name, &mailboxes[i].name);
    }
    for (size_t i = 0; kept && i < a->source_count; i++) {
        sources[i] = a->sources[i];
        kept = tc_arena_copy(arena, a->sources[i].agent, &sources[i].agent);
    }
    for (size_t i = 0; kept && i < a->related_user_count; i++)
        kept = tc_arena_copy(arena, a->related_users[i], &users[i]);
    to->mailboxes = mailboxes;
    to->mailbox_count = a->mailbox_count;
    to->sources = sources;
    to->source_count = a->source_count;
    to->related_users = users;
    to->related_user_count = a->related_user_count;
    return kept;
}

static TC_STATUS told(void *context, const tc_alert *a)
{
    asking *k = context;
    if (a->transition != TC_TRANSITION_FINAL || !is_asked_for(k, a)) return TC_SUCCESS;
    TC_TRY(tc_grow(&k->alerts, &k->alert_capacity, k->alert_count + 1, sizeof(*k->alerts),
                   ALERTS_MAX));
    return keep(k->kept, a, &k->alerts[k->alert_count++]) ? TC_SUCCESS : (tc_status){TC_ELIMIT};
}

static TC_STATUS again(void *context)
{
    asking *k = context;
    k->alert_count = k->lower = 0;
    tc_arena_reset(k->kept);
    return TC_SUCCESS;
}

/* -- the second look ------------------------------------------------------------------------ */

static uint32_t agent_users(void *context, tc_slice agent)
{
    const tc_ordered *ordered = context;
    return tc_deriver_agent_users(tc_ordered_deriver(ordered), agent);
}

static uint32_t block_users(void *context, tc_ip ip, bool *ret_crowd)
{
    const tc_ordered *ordered = context;
    return tc_deriver_network_users(tc_ordered_deriver(ordered), ip, ret_crowd);
}

static TC_STATUS observe(void *context, const tc_observation *o, tc_slice heap)
{
    return tc_scope_observe(((asking *)context)->scope, o, heap);
}

static void tick(void *context, uint64_t done, uint64_t total)
{
    asking *k = context;
    tc_progress_show(&k->q.progress, done, total);
}

static TC_STATUS open_scope(asking *k)
{
    tc_ordered *ordered = k->q.read.ordered;
    tc_scope_habits habits = {ordered, agent_users, block_users};
    k->scope = tc_scope_new(tc_ordered_identity(ordered), &habits, 0);
    if (k->scope == NULL) return tc_fail(&k->q.error, TC_ENOMEM, "out of memory");
    for (size_t i = 0; i < k->alert_count; i++) {
        tc_status status = tc_scope_add(k->scope, &k->alerts[i]);
        if (tc_failed(status))
            return tc_fail(&k->q.error, status.code,
                           "the incidents have too many sources: ask for one with --incident ID");
    }
    return TC_SUCCESS;
}

static TC_STATUS look_again(asking *k)
{
    tc_second_look_hooks hooks = {k, observe, tick};
    if (k->alert_count == 0) return TC_SUCCESS;
    tc_progress_again(&k->q.progress);
    tc_status status = tc_second_look(&k->q.run, &hooks, &k->q.error);
    tc_progress_clear(&k->q.progress);
    return status;
}

/* -- how far the logs reach ----------------------------------------------------------------- */

static int by_host(const void *left, const void *right)
{
    const tc_scope_reach *a = left, *b = right;
    int order = tc_slice_compare(a->host, b->host);
    return order ? order : strcmp(a->format, b->format);
}

static TC_STATUS list_reaches(asking *k, tc_time *ret_newest)
{
    size_t count = tc_input_count(k->q.run.input), n = 0, kept = 0;
    tc_scope_reach *all = tc_arena_get(k->q.arena, count + 1, sizeof(*all));
    tc_time until = k->q.run.options->until;
    *ret_newest = TC_TIME_NONE;
    if (all == NULL) return (tc_status){TC_ELIMIT};
    for (size_t i = 0; i < count; i++) {
        const tc_source *source = tc_input_source(k->q.run.input, i);
        if (source->state != TC_SOURCE_READABLE) continue;
        tc_time newest = tc_sources_progress(k->q.read.sources, i)->last;
        if (until != TC_TIME_NONE) newest = TC_MIN(newest, until);
        all[n++] = (tc_scope_reach){source->host, source->parser->name, 1, newest};
        *ret_newest = TC_MAX(*ret_newest, newest);
    }
    qsort(all, n, sizeof(*all), by_host);
    for (size_t i = 0; i < n; i++) {
        if (kept && by_host(&all[kept - 1], &all[i]) == 0) {
            all[kept - 1].files++;
            all[kept - 1].newest = TC_MAX(all[kept - 1].newest, all[i].newest);
        } else {
            all[kept++] = all[i];
        }
    }
    k->reaches = all;
    k->reach_count = kept;
    return TC_SUCCESS;
}

/* -- the answer ----------------------------------------------------------------------------- */

static TC_STATUS answer(asking *k, tc_scope_page *page)
{
    size_t count = tc_scope_count(k->scope);
    k->answers = tc_arena_get(k->q.arena, count + 1, sizeof(*k->answers));
    tc_status status = list_reaches(k, &page->newest);
    tc_scope_judge(k->scope);
    for (size_t i = 0; k->answers && i < count && !tc_failed(status); i++)
        status = tc_scope_answer_of(k->scope, i, k->q.arena, &k->answers[i]);
    if (k->answers == NULL || tc_failed(status))
        return tc_fail(&k->q.error, TC_ELIMIT, "the answer does not fit into memory");
    page->reaches = k->reaches;
    page->reach_count = k->reach_count;
    page->answers = k->answers;
    page->answer_count = count;
    page->lower = k->lower;
    page->kept_one_in = tc_scope_kept_one_in(k->scope);
    page->bound = TC_SCOPE_TOUCHES;
    return TC_SUCCESS;
}

static TC_STATUS tell(asking *k)
{
    tc_inquiry *q = &k->q;
    tc_scope_page page = {0};
    TC_TRY(answer(k, &page));
    if (q->json)
        tc_scope_json_head(&page, &q->page);
    else
        tc_scope_text_head(q->text, &page, &q->page);
    TC_TRY(tc_inquiry_write(q));
    for (size_t i = 0; i < page.answer_count; i++) {
        if (q->json)
            tc_scope_json_incident(&page, i, &q->page);
        else
            tc_scope_text_incident(q->text, &page, i, &q->page);
        TC_TRY(tc_inquiry_write(q));
    }
    return TC_SUCCESS;
}

static TC_STATUS check_verb(asking *k, const tc_options *o)
{
    bool scope = o->paths.count && strcmp(o->paths.items[0], "scope") == 0;
    if (!scope)
        return tc_fail(&k->q.error, TC_ESYNTAX,
                       "incident: say `tocsin incident scope PATH...`, or list, show, ack, "
                       "close or silence with --state FOLDER");
    if (o->incident && strlen(o->incident) < ID_MIN && strcasecmp(o->incident, "all") != 0)
        return tc_fail(&k->q.error, TC_ESYNTAX, "--incident: at least %d digits of the id, or all",
                       ID_MIN);
    return TC_SUCCESS;
}

static TC_STATUS check_found(asking *k)
{
    const char *wanted = k->q.run.options->incident;
    if (wanted == NULL || strcasecmp(wanted, "all") == 0 || k->alert_count) return TC_SUCCESS;
    return tc_fail(&k->q.error, TC_ESYNTAX,
                   "--incident: these logs hold no incident %.40s (see tocsin scan)", wanted);
}

static TC_STATUS run(asking *k, const tc_options *o, tc_time now)
{
    tc_inquiry_hooks hooks = {k, told, again, NULL};
    TC_TRY(tc_inquiry_open(&k->q, o, now));
    TC_TRY(tc_second_look_possible(&k->q.run, &k->q.error));
    k->kept = tc_arena_new(KEPT_MAX);
    if (k->kept == NULL) return tc_fail(&k->q.error, TC_ENOMEM, "out of memory");
    TC_TRY(tc_inquiry_read(&k->q, &hooks));
    TC_TRY(check_found(k));
    TC_TRY(open_scope(k));
    TC_TRY(look_again(k));
    return tell(k);
}

/* What could not be told makes of "nothing" an incomplete answer. */
static int status_of(asking *k)
{
    int exit_status = tc_inquiry_conclude(&k->q);
    bool thinned = tc_scope_kept_one_in(k->scope) > 1;
    return exit_status == TC_EXIT_NOTHING && thinned ? TC_EXIT_INCOMPLETE : exit_status;
}

int tc_command_incident(const tc_options *options, tc_time now)
{
    if (tc_incident_is_kept(options)) return tc_incident_asked(options, now);
    asking k = {.scope = NULL};
    tc_options o = *options;
    if (o.paths.count) {
        o.paths.items++;
        o.paths.count--;
    }
    tc_status status = check_verb(&k, options);
    if (!tc_failed(status)) status = run(&k, &o, now);
    int exit_status = tc_failed(status) ? tc_command_failed(status, &k.q.error) : status_of(&k);
    tc_scope_free(k.scope);
    tc_free(k.alerts);
    tc_arena_free(k.kept);
    tc_inquiry_close(&k.q);
    return exit_status;
}
