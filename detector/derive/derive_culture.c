/* Display languages that webmail is asked for: whose they are, and how they stand to what the
 * mailbox and the organisation use. */
#include "detector/derive/derive_state.h"

/* Cultures are ordered behind everything of their instant and before logons whose wait ends then.
 */
#define RANK_CULTURE (TC_RANK_PASSED - 1)
/* So many visits of one client are looked at: behind an address that has more stands a crowd. */
#define VISITS_LOOKED_AT 64

void tc_derive_visit_keep(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_novelty *n)
{
    uint32_t name = tc_derive_name(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    const tc_visitor visit = {.client = tc_visits_client(o, heap),
                              .session = o->session_hash,
                              .began = o->order.time,
                              .name = name,
                              .serial = tc_identity_serial(d->identity, name),
                              .judged = n->known,
                              .novel = n->novel,
                              .stranger = n->stranger,
                              .new_block = n->new_network};
    tc_visits_add(d->visits, &visit);
}

/* -- whose it is ---------------------------------------------------------------------------- */

typedef struct candidates {
    tc_visitor *visit; /* of the one, the last */
    tc_entity entity;  /* 0: a mailbox that is forgotten */
    unsigned count;    /* distinct mailboxes */
} candidates;

static tc_entity mailbox_of(tc_deriver *d, const tc_visitor *it)
{
    if (tc_identity_serial(d->identity, it->name) != it->serial) return 0;
    return tc_identity_root(d->identity, it->name);
}

static void add_candidate(tc_deriver *d, tc_visitor *it, candidates *c)
{
    tc_entity entity = mailbox_of(d, it);
    if (c->count > 0 && entity != 0 && entity == c->entity) return;
    c->count++;
    if (c->count > 1) return;
    c->visit = it;
    c->entity = entity;
}

typedef bool (*candidacy)(const tc_deriver *d, const tc_visitor *it, tc_time time);

static bool began_near(const tc_deriver *d, const tc_visitor *it, tc_time time)
{
    (void)d;
    return tc_time_add(it->began, TC_VISIT_NEAR) >= time;
}

/* By the idle time of a session and no shorter one, so that it does not matter in which pieces its
 * spans were told. */
static bool goes_on(const tc_deriver *d, const tc_visitor *it, tc_time time)
{
    tc_time last = tc_sessions_last(d->sessions, it->session);
    return last != TC_TIME_NONE && tc_time_add(last, d->options.idle_ns) >= time;
}

static candidates find(tc_deriver *d, uint64_t client, tc_time time, candidacy is_candidate)
{
    candidates c = {0};
    tc_visitor *it = tc_visits_last(d->visits, client);
    for (int i = 0; it != NULL && i < VISITS_LOOKED_AT; i++) {
        if (is_candidate(d, it, time)) add_candidate(d, it, &c);
        it = tc_visits_before(d->visits, it);
    }
    if (it != NULL && c.count == 1 && is_candidate(d, it, time)) c.count++;
    return c;
}

/* A file belongs to the page that was opened near it, else to a session that goes on. */
static candidates find_owner(tc_deriver *d, uint64_t client, tc_time time)
{
    candidates c = find(d, client, time, began_near);
    return c.count ? c : find(d, client, time, goes_on);
}

/* The visit of a request that names its user. */
static tc_visitor *visit_of(tc_deriver *d, uint64_t client, tc_entity entity)
{
    tc_visitor *it = tc_visits_last(d->visits, client);
    for (int i = 0; it != NULL && i < VISITS_LOOKED_AT; i++) {
        if (mailbox_of(d, it) == entity) return it;
        it = tc_visits_before(d->visits, it);
    }
    return NULL;
}

/* -- telling -------------------------------------------------------------------------------- */

typedef struct request {
    const tc_observation *o;
    tc_slice heap;
    tc_visitor *visit; /* NULL: not known */
    tc_entity entity;
    unsigned candidates; /* of one that names nobody */
    uint8_t language;
} request;

static void set_session(tc_deriver *d, const request *r, tc_subject *subject)
{
    tc_overlay *v = &d->overlay;
    if (r->visit == NULL) return;
    if (r->visit->judged) tc_overlay_set_bool(v, TC_FIELD_SOURCE_NOVEL, r->visit->novel);
    if (r->visit->judged) tc_overlay_set_bool(v, TC_FIELD_SOURCE_STRANGER, r->visit->stranger);
    subject->novel = r->visit->novel;
    subject->new_block = r->visit->new_block;
    if (r->visit->wrote) tc_overlay_set_bool(v, TC_FIELD_LANGUAGE_WRITE, true);
}

static TC_STATUS tell(tc_deriver *d, const request *r, const tc_person *p,
                      const tc_derived_sink *sink)
{
    tc_subject subject = {0};
    tc_derive_web_common(d, r->o, r->heap, r->entity, TC_LIT("culture_requested"), &subject);
    tc_overlay *v = &d->overlay;
    subject.language = tc_observation_text(r->o, r->heap, TC_OBS_TEXT_VALUE);
    if (subject.language.len) tc_overlay_set_text(v, TC_FIELD_LANGUAGE, subject.language);
    if (p != NULL) subject.previous = tc_derive_language_usual(d, p);
    tc_slice kind = tc_observation_text(r->o, r->heap, TC_OBS_TEXT_EXTRA);
    if (kind.len) tc_overlay_set_text(v, TC_FIELD_KIND, kind);
    if (r->entity == 0) tc_derive_number(d, TC_FIELD_CANDIDATES, r->candidates);
    set_session(d, r, &subject);
    tc_derive_language_history(d, p, r->language, r->o->order.time);
    tc_evidence evidence = tc_derive_evidence(r->o, r->heap);
    return tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink);
}

/* What comes from a source that is new to the mailbox is nothing to learn its language from. */
static TC_STATUS tell_and_learn(tc_deriver *d, request *r, const tc_derived_sink *sink)
{
    tc_person *p = tc_people_find(d->people, r->entity);
    tc_slice tag = tc_observation_text(r->o, r->heap, TC_OBS_TEXT_VALUE);
    r->language = tag.len ? tc_derive_language_of(d, tag) : 0;
    TC_TRY(tell(d, r, p, sink));
    bool usual = r->visit != NULL && !r->visit->novel;
    /* Of a session that is not the one it began with the day is known. */
    bool strangers = p != NULL && p->stranger_day == tc_derive_day(r->o->order.time);
    strangers = strangers || (r->visit != NULL && r->visit->stranger);
    tc_intrusion how = TC_INTRUDES_NOT;
    if (p != NULL) how = tc_derive_language_intrudes(d, p, r->language, strangers);
    if (p != NULL && r->language != 0 && usual)
        tc_derive_language_use(d, p, r->language, r->o->order.time);
    if (how == TC_INTRUDES_NOT) return TC_SUCCESS;
    uint32_t evidence = how == TC_INTRUDES ? TC_CAMPAIGN_CULTURE : 0;
    return tc_derive_campaign_language(d, p, evidence, r->language, how, sink);
}

/* -- requests ------------------------------------------------------------------------------- */

static TC_STATUS named(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_slice user,
                       const tc_derived_sink *sink)
{
    request r = {.o = o, .heap = heap, .entity = tc_derive_entity_known(d, user)};
    if (r.entity != 0) r.visit = visit_of(d, tc_visits_client(o, heap), r.entity);
    tc_slice kind = tc_observation_text(o, heap, TC_OBS_TEXT_EXTRA);
    if (r.visit != NULL && tc_slice_equal(kind, TC_LIT("lang.owa"))) r.visit->wrote = true;
    return tell_and_learn(d, &r, sink);
}

/* What comes of it has the order of the end of its wait. */
static TC_STATUS nameless(tc_deriver *d, const tc_kept_observation *it, const tc_derived_sink *sink)
{
    d->last = it->o.order;
    d->last.time = tc_time_add(it->o.order.time, TC_CULTURE_WAIT);
    d->last.rank = RANK_CULTURE;
    d->emitted = 0;
    request r = {.o = &it->o, .heap = tc_kept_heap(it)};
    candidates c = find_owner(d, it->o.session_hash, it->o.order.time);
    r.candidates = c.count;
    if (c.count == 1) {
        r.visit = c.visit;
        r.entity = c.entity;
    }
    return tell_and_learn(d, &r, sink);
}

TC_STATUS tc_derive_culture(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    if (o->flags & TC_OBS_FLAG_FAILED) return TC_SUCCESS;
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    if (user.len != 0) return named(d, o, heap, user, sink);
    tc_observation waiting = *o;
    waiting.session_hash = tc_visits_client(o, heap);
    tc_cultures_wait(d->cultures, &waiting, heap);
    return TC_SUCCESS;
}

TC_STATUS tc_derive_cultures_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink)
{
    const tc_kept_observation *it;
    while ((it = tc_cultures_ended(d->cultures, time)) != NULL) {
        tc_time end = tc_time_add(it->o.order.time, TC_CULTURE_WAIT);
        TC_TRY(tc_derive_logons_until(d, end, sink));
        TC_TRY(nameless(d, it, sink));
        tc_cultures_drop(d->cultures);
    }
    return tc_derive_logons_until(d, time, sink);
}
