/* A finding of one record before its turn. Nothing that is kept changes: whatever is done again
 * from a journal may or may not ask this, and comes to the same. */
#include "detector/incident/incident_state.h"

bool tc_incidents_has_told(const tc_incidents *all, const tc_finding *f)
{
    const tc_recall *told = tc_recalls_find(&all->told, tc_incident_told_digest(all, f));
    return told != NULL && tc_incident_is_lately(told, f);
}

typedef struct showing {
    void (*near)(void *context, const char id[33]);
    void *context;
} showing;

static void show(const showing *to, const tc_incident *in)
{
    if (in != NULL) to->near(to->context, in->id);
}

/* All in which the mailbox is, whether or not the finding may join them. */
static void show_homes(const tc_incidents *all, uint64_t mailbox, const showing *to)
{
    bool several = (tc_keymap_get(&all->homes, mailbox) & TC_HOME_SEVERAL) != 0;
    show(to, tc_incident_home(all, mailbox));
    for (size_t i = 0; several && i < all->living; i++)
        if (tc_incident_find_victim(all->alive[i], mailbox)) show(to, all->alive[i]);
}

void tc_incidents_each_near(const tc_incidents *all, const tc_finding *f,
                            void (*near)(void *context, const char id[33]), void *context)
{
    const showing to = {near, context};
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        tc_access a = tc_incident_access(all, s, f->order.time);
        if (a.digests[TC_ACCESS_MAILBOX]) show_homes(all, a.digests[TC_ACCESS_MAILBOX], &to);
        if (s->actor.len) show(&to, tc_incident_of_key(all, tc_incident_actor_key(all, s->actor)));
        if (a.digests[TC_ACCESS_ADDRESS])
            show(&to, tc_incident_home(all, a.digests[TC_ACCESS_ADDRESS]));
        show(&to, tc_incident_of_key(all, tc_incident_block_key(all, &a)));
    }
}

TC_STATUS tc_incidents_tell_early(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    return tc_incident_tell_finding(all, NULL, f, f->rule->confidence, TC_EMPTY_SLICE, sink);
}
