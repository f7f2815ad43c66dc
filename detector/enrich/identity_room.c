/* Making a name, and forgetting others for it when there is no room. */
#include "detector/enrich/identity_state.h"

/* Giving back one page of every kind takes about a thousand; more would not help. */
#define EVICTIONS_PER_NAME 4096

/* -- forgetting ----------------------------------------------------------------------------- */

static void forget_cluster(tc_identity *t, uint32_t leader)
{
    uint32_t name = leader, next;
    bool alone = (tc_identity_record(t, leader)->parent & NAME_TIED) != 0;
    tc_identity_cluster_drop(t, leader);
    do {
        next = tc_identity_record(t, name)->sibling;
        tc_identity_local_leave(t, name);
        tc_identity_record_drop(t, name);
        name = next;
    } while (name != leader && !alone);
}

static void forget_group(tc_identity *t, uint32_t leader)
{
    uint32_t tied = tc_identity_cluster(t, leader)->first_tied;
    tc_identity_group_close(t, leader);
    while (tied != 0) {
        uint32_t next = tc_identity_view(t, tied).next_tied;
        forget_cluster(t, tied);
        tied = next;
    }
    forget_cluster(t, leader);
    tc_pages_cut(&t->clusters, t->clusters.count);
}

bool tc_identity_evict(tc_identity *t)
{
    uint32_t group = tc_identity_group_last(t);
    if (group == 0) return false;
    t->evicted[tc_identity_cluster(t, group)->rank]++;
    if (t->options.forget != NULL) t->options.forget(t->options.context, group);
    forget_group(t, group);
    return true;
}

/* False if there are still too many. */
static bool trim_entities(tc_identity *t)
{
    size_t most = t->options.max_entities ? t->options.max_entities : SIZE_MAX;
    while (t->entity_count > most)
        if (!tc_identity_evict(t)) return false;
    return true;
}

void tc_identity_begin(tc_identity *t)
{
    t->statement++;
    (void)trim_entities(t);
}

/* -- making --------------------------------------------------------------------------------- */

typedef TC_STATUS (*reservation)(tc_identity *t, size_t length);

/* Room for everything that a new name may need, whoever it is then assumed to be. */
static TC_STATUS reserve_name(tc_identity *t, size_t length)
{
    TC_TRY(tc_identity_record_reserve(t, length));
    TC_TRY(tc_identity_clusters_reserve(t));
    return tc_identity_locals_reserve(t);
}

static TC_STATUS reserve_union(tc_identity *t, size_t length)
{
    (void)length;
    return tc_identity_clusters_reserve(t);
}

/* Names alike follow one another in the same places; only where that does not fit are the places of
 * forgotten texts given back. */
static bool make_room(tc_identity *t, reservation reserve, size_t length)
{
    for (int tries = 0; tries < EVICTIONS_PER_NAME; tries++) {
        tc_status status = reserve(t, length);
        if (status.code == TC_ELIMIT && t->texts.holes != 0) {
            tc_identity_settle(t);
            status = reserve(t, length);
        }
        if (!tc_failed(status)) return true;
        /* Where the system itself has no memory, forgetting people would be the wrong help. */
        if (status.code != TC_ELIMIT || !tc_identity_evict(t)) break;
    }
    t->refused++;
    return false;
}

bool tc_identity_make_union_room(tc_identity *t)
{
    return make_room(t, reserve_union, 0);
}

/* Domains that stand in no public name system (RFC 6762 app. G and custom) or have no dot. */
static bool is_unreachable(tc_slice domain)
{
    static const char *const ends[] = {".local", ".localdomain", ".lan",  ".internal", ".intern",
                                       ".intra", ".intranet",    ".corp", ".private",  ".home"};
    for (size_t i = 0; i < TC_COUNT_OF(ends); i++)
        if (tc_slice_ends(domain, tc_slice_of(ends[i]))) return true;
    return tc_slice_find(domain, '.') == TC_NPOS;
}

static unsigned inner_form(const tc_name *name)
{
    if (name->form != TC_NAME_SMTP) return name->form;
    tc_slice text = tc_slice_make(name->text, name->length);
    return is_unreachable(tc_slice_sub(text, name->local_length + 1, TC_NPOS)) ? FORM_UPN
                                                                               : TC_NAME_SMTP;
}

uint32_t tc_identity_make(tc_identity *t, const tc_name *name)
{
    if (!make_room(t, reserve_name, name->length)) return 0;
    uint32_t number = tc_identity_record_add(t, name, inner_form(name));
    tc_identity_cluster_add(t, number);
    tc_identity_assume(t, number);
    tc_entity root = tc_identity_use(t, number);
    /* Only now it is known whether it is one entity more. */
    if (trim_entities(t) || root != number) return number;
    forget_group(t, number);
    t->refused++;
    return 0;
}
