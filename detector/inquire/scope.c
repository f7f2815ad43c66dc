/* Incidents become selectors. */
#include "detector/inquire/scope_state.h"

#include "parsers/base/alloc.h"

#define TEXTS_MAX ((size_t)64 << 20)
#define INCIDENTS_MAX 65536
/* What more mailboxes than this use of their own is not the incident's. */
#define RARE 3

const char *tc_scope_kind_name(tc_scope_kind kind)
{
    static const char *const names[] = {"address", "block", "agent", "actor"};
    _Static_assert(TC_COUNT_OF(names) == TC_SCOPE_KIND_COUNT, "one for each");
    TC_ASSERT(kind < TC_SCOPE_KIND_COUNT);
    return names[kind];
}

const char *tc_scope_mark_name(tc_scope_mark mark)
{
    static const char *const names[] = {"certain", "likely", "network"};
    _Static_assert(TC_COUNT_OF(names) == TC_SCOPE_MARK_COUNT, "one for each");
    TC_ASSERT(mark < TC_SCOPE_MARK_COUNT);
    return names[mark];
}

/* -- life ----------------------------------------------------------------------------------- */

tc_scope *tc_scope_new(tc_identity *identity, const tc_scope_habits *habits, size_t max_touches)
{
    tc_scope *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->identity = identity;
    s->habits = *habits;
    s->touch_max = max_touches ? max_touches : TC_SCOPE_TOUCHES;
    tc_keymap_init(&s->keys, 0);
    tc_keymap_init(&s->touch_at, 0);
    tc_keymap_init(&s->own_at, 0);
    s->texts = tc_arena_new(TEXTS_MAX);
    if (s->texts != NULL) return s;
    tc_scope_free(s);
    return NULL;
}

void tc_scope_free(tc_scope *s)
{
    if (s == NULL) return;
    tc_keymap_done(&s->keys);
    tc_keymap_done(&s->touch_at);
    tc_keymap_done(&s->own_at);
    tc_free(s->incidents);
    tc_free(s->selectors);
    tc_free(s->touches);
    tc_free(s->owns);
    tc_arena_free(s->texts);
    tc_free(s);
}

/* -- selectors ------------------------------------------------------------------------------ */

uint64_t tc_scope_key(tc_scope_kind kind, tc_slice thing)
{
    if (thing.len == 0) return 0;
    return tc_content_hash_add((uint64_t)kind + 1, thing);
}

uint64_t tc_scope_key_ip(tc_scope_kind kind, tc_ip ip)
{
    if (tc_ip_is_zero(ip)) return 0;
    if (kind == TC_SCOPE_BLOCK) ip = tc_ip_site(ip).network;
    return tc_scope_key(kind, tc_slice_make(ip.bytes, sizeof(ip.bytes)));
}

uint64_t tc_scope_key_entity(tc_entity entity)
{
    const uint8_t *bytes = (const uint8_t *)&entity;
    return entity ? tc_scope_key(TC_SCOPE_ACTOR, tc_slice_make(bytes, sizeof(entity))) : 0;
}

tc_scope_selector *tc_scope_first(const tc_scope *s, uint64_t key)
{
    uint32_t place = key ? tc_keymap_get(&s->keys, key) : 0;
    return place ? &s->selectors[place - 1] : NULL;
}

tc_scope_selector *tc_scope_next(const tc_scope *s, const tc_scope_selector *selector)
{
    return selector->next ? &s->selectors[selector->next - 1] : NULL;
}

static bool has(const tc_scope *s, uint64_t key, uint32_t incident)
{
    for (tc_scope_selector *it = tc_scope_first(s, key); it; it = tc_scope_next(s, it))
        if (it->incident == incident) return true;
    return false;
}

/* A selector of the incident that is being taken in; nothing if it has that one. */
static TC_STATUS add_at(tc_scope *s, tc_scope_kind kind, uint64_t key, tc_slice text,
                        uint32_t others, bool place)
{
    uint32_t incident = (uint32_t)s->incident_count;
    if (key == 0 || has(s, key, incident)) return TC_SUCCESS;
    TC_TRY(tc_grow(&s->selectors, &s->selector_capacity, s->selector_count + 1,
                   sizeof(*s->selectors), TC_SCOPE_SELECTORS));
    tc_scope_selector made = {.key = key,
                              .incident = incident,
                              .next = tc_keymap_get(&s->keys, key),
                              .kind = kind,
                              .followed = others < RARE,
                              .place = place,
                              .others = others};
    if (!tc_arena_copy(s->texts, text, &made.text)) return (tc_status){TC_ELIMIT};
    TC_TRY(tc_keymap_put(&s->keys, key, (uint32_t)s->selector_count + 1));
    s->selectors[s->selector_count++] = made;
    return TC_SUCCESS;
}

static TC_STATUS add(tc_scope *s, tc_scope_kind kind, uint64_t key, tc_slice text, uint32_t others)
{
    return add_at(s, kind, key, text, others, false);
}

static TC_STATUS add_source(tc_scope *s, const tc_alert_source *source)
{
    char text[TC_IP_TEXT];
    bool crowd = false;
    uint64_t agent = tc_scope_key(TC_SCOPE_AGENT, source->agent);
    if (agent)
        TC_TRY(add(s, TC_SCOPE_AGENT, agent, source->agent,
                   s->habits.agent(s->habits.context, source->agent)));
    if (tc_ip_is_zero(source->ip)) return TC_SUCCESS;
    TC_TRY(add_at(s, TC_SCOPE_ADDRESS, tc_scope_key_ip(TC_SCOPE_ADDRESS, source->ip),
                  tc_slice_of(tc_ip_format(source->ip, text)), 0, source->place));
    uint32_t users = s->habits.block(s->habits.context, source->ip, &crowd);
    if (crowd) users = TC_MAX(users, (uint32_t)RARE);
    return add(s, TC_SCOPE_BLOCK, tc_scope_key_ip(TC_SCOPE_BLOCK, source->ip),
               tc_slice_of(tc_cidr_format(tc_ip_site(source->ip), text)), users);
}

/* -- incidents ------------------------------------------------------------------------------ */

/* One whom the incident names, as a victim or apart from them. */
static TC_STATUS keep_named(tc_scope *s, tc_slice name, tc_scope_incident *in,
                            tc_scope_victim victim)
{
    tc_identity_begin(s->identity);
    victim.who = tc_identity_guess(s->identity, name);
    if (victim.who == 0) victim.who = TC_SCOPE_NOBODY | tc_content_hash(name) >> 1;
    if (!tc_arena_copy(s->texts, name, &victim.name)) return (tc_status){TC_ELIMIT};
    in->victims[in->victim_count++] = victim;
    return TC_SUCCESS;
}

static TC_STATUS keep_victims(tc_scope *s, const tc_alert *a, tc_scope_incident *in)
{
    size_t count = a->mailbox_count + a->guest_count;
    in->victims = tc_arena_zero(s->texts, count + 1, sizeof(*in->victims));
    if (in->victims == NULL) return (tc_status){TC_ELIMIT};
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        TC_TRY(keep_named(s, m->name, in,
                          (tc_scope_victim){.first = m->first_access, .last = m->last_access}));
    }
    for (size_t i = 0; i < a->guest_count; i++)
        TC_TRY(keep_named(
            s, a->guests[i], in,
            (tc_scope_victim){.first = TC_TIME_NONE, .last = TC_TIME_NONE, .guest = true}));
    return TC_SUCCESS;
}

static TC_STATUS add_actors(tc_scope *s, const tc_alert *a)
{
    for (size_t i = 0; i < a->related_user_count; i++) {
        tc_identity_begin(s->identity);
        tc_entity actor = tc_identity_guess(s->identity, a->related_users[i]);
        TC_TRY(add(s, TC_SCOPE_ACTOR, tc_scope_key_entity(actor), a->related_users[i], 0));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_scope_add(tc_scope *s, const tc_alert *a)
{
    tc_scope_incident in = {.level = a->level, .start = a->start, .end = a->end};
    TC_ASSERT(!s->judged);
    TC_TRY(tc_grow(&s->incidents, &s->incident_capacity, s->incident_count + 1,
                   sizeof(*s->incidents), INCIDENTS_MAX));
    memcpy(in.id, a->incident_id, sizeof(in.id));
    if (!tc_arena_copy(s->texts, a->message.len ? a->message : a->rule_title, &in.title))
        return (tc_status){TC_ELIMIT};
    TC_TRY(keep_victims(s, a, &in));
    for (size_t i = 0; i < a->source_count; i++)
        TC_TRY(add_source(s, &a->sources[i]));
    TC_TRY(add_actors(s, a));
    if (a->course.known) in.start = TC_MIN(in.start, a->course.earliest);
    s->incidents[s->incident_count++] = in;
    return TC_SUCCESS;
}

size_t tc_scope_count(const tc_scope *s)
{
    return s->incident_count;
}

uint64_t tc_scope_kept_one_in(const tc_scope *s)
{
    return UINT64_C(1) << s->level;
}
