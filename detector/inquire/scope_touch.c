/* The second look: who met which selector. */
#include "detector/derive/place.h"
#include "detector/inquire/scope_state.h"

#include "parsers/base/alloc.h"

/* -- pairs ---------------------------------------------------------------------------------- */

static bool is_kept(const tc_scope *s, uint64_t hash)
{
    return (hash & ((UINT64_C(1) << s->level) - 1)) == 0;
}

/* Keeps half of the pairs. Which ones follows from what they are: so it does not matter when. */
static TC_STATUS thin_out(tc_scope *s)
{
    size_t kept = 0;
    s->level++;
    tc_keymap_done(&s->touch_at);
    tc_keymap_init(&s->touch_at, 0);
    for (size_t i = 0; i < s->touch_count; i++) {
        if (!is_kept(s, s->touches[i].hash)) continue;
        s->touches[kept] = s->touches[i];
        TC_TRY(tc_keymap_put(&s->touch_at, s->touches[kept].hash, (uint32_t)kept + 1));
        kept++;
    }
    s->touch_count = kept;
    return TC_SUCCESS;
}

static void keep_name(tc_scope_touch *t, tc_slice name)
{
    size_t length = TC_MIN(name.len, sizeof(t->name));
    while (length < name.len && length > 0 && (name.ptr[length] & 0xC0) == 0x80)
        length--;
    memcpy(t->name, name.ptr, length);
    t->length = (uint8_t)length;
}

TC_STATUS tc_scope_touch_of(tc_scope *s, const tc_scope_selector *selector, uint64_t who,
                            tc_slice name, tc_scope_touch **ret)
{
    uint32_t place = (uint32_t)(selector - s->selectors);
    const uint64_t both[] = {place, who};
    uint64_t hash = tc_content_hash(tc_slice_make((const uint8_t *)both, sizeof(both)));
    *ret = NULL;
    if (!is_kept(s, hash)) return TC_SUCCESS;
    uint32_t at = tc_keymap_get(&s->touch_at, hash);
    if (at == 0) {
        while (s->touch_count >= s->touch_max)
            TC_TRY(thin_out(s));
        if (!is_kept(s, hash)) return TC_SUCCESS;
        TC_TRY(tc_grow(&s->touches, &s->touch_capacity, s->touch_count + 1, sizeof(*s->touches),
                       s->touch_max));
        TC_TRY(tc_keymap_put(&s->touch_at, hash, (uint32_t)s->touch_count + 1));
        tc_scope_touch *t = &s->touches[s->touch_count++];
        *t = (tc_scope_touch){.hash = hash,
                              .who = who,
                              .selector = place,
                              .first = TC_TIME_MAX,
                              .last = TC_TIME_NONE,
                              .first_in = TC_TIME_NONE};
        if (who & TC_SCOPE_NOBODY) keep_name(t, name);
        at = (uint32_t)s->touch_count;
    }
    *ret = &s->touches[at - 1];
    return TC_SUCCESS;
}

/* -- what was seen -------------------------------------------------------------------------- */

typedef enum outcome { NOTHING, IN, REFUSED, ASKED } outcome;

static outcome outcome_of(const tc_observation *o)
{
    bool failed = (o->flags & TC_OBS_FLAG_FAILED) != 0;
    switch ((tc_observation_kind)o->kind) {
    case TC_OBS_WEB_SPAN:
    case TC_OBS_WEB_USE:
    case TC_OBS_WEB_CULTURE:
        return failed ? REFUSED : IN;
    case TC_OBS_WEB_REFUSED:
        return REFUSED;
    case TC_OBS_WEB_LOGON:
        return ASKED;
    case TC_OBS_ACCOUNT:
        return o->status == TC_ACCOUNT_REFUSED || o->status == TC_ACCOUNT_REFUSED_KERBEROS ||
                       o->status == TC_ACCOUNT_REFUSED_NTLM
                   ? REFUSED
                   : IN;
    case TC_OBS_HIT:
        return failed ? REFUSED : IN;
    case TC_OBS_WEB_LANDING: /* the span holds it too */
    case TC_OBS_ALIAS:
    case TC_OBS_MESSAGE:
    case TC_OBS_ALIVE:
    case TC_OBS_AUDIT:
    case TC_OBS_KIND_COUNT:
        break;
    }
    return NOTHING;
}

/* One observation with what follows from it. */
typedef struct sight {
    const tc_observation *o;
    outcome outcome;
    tc_slice agent;
    uint64_t agent_key, address_key, block_key;
    bool remote;
} sight;

static sight sight_of(const tc_observation *o, tc_slice heap)
{
    sight at = {.o = o,
                .outcome = outcome_of(o),
                .agent = tc_observation_text(o, heap, TC_OBS_TEXT_AGENT),
                .remote = o->address_class == TC_ADDRESS_REMOTE};
    if (at.outcome == NOTHING) return at;
    at.agent_key = tc_scope_key(TC_SCOPE_AGENT, at.agent);
    at.address_key = tc_scope_key_ip(TC_SCOPE_ADDRESS, o->ip);
    at.block_key = tc_scope_key_ip(TC_SCOPE_BLOCK, o->ip);
    return at;
}

static const tc_scope_selector *of_incident(const tc_scope *s, uint64_t key, uint32_t incident)
{
    for (tc_scope_selector *it = tc_scope_first(s, key); it; it = tc_scope_next(s, it))
        if (it->incident == incident) return it;
    return NULL;
}

static void count(tc_scope_touch *t, const sight *at)
{
    const tc_observation *o = at->o;
    uint32_t *counter = at->outcome == IN        ? &t->in
                        : at->outcome == REFUSED ? &t->refused
                                                 : &t->asked;
    *counter += TC_MIN(o->count, UINT32_MAX - *counter);
    t->first = TC_MIN(t->first, o->order.time);
    t->last = TC_MAX(t->last, o->last);
    if (at->outcome == IN && (t->first_in == TC_TIME_NONE || o->order.time < t->first_in))
        t->first_in = o->order.time;
}

static TC_STATUS touch(tc_scope *s, tc_scope_selector *selector, const sight *at, uint64_t who,
                       tc_slice name)
{
    tc_scope_touch *t = NULL;
    TC_TRY(tc_scope_touch_of(s, selector, who, name, &t));
    if (t == NULL) return TC_SUCCESS;
    count(t, at);
    const tc_scope_selector *client = of_incident(s, at->agent_key, selector->incident);
    if (client && client->followed && at->outcome == IN) t->client = true;
    if (at->outcome != IN) return TC_SUCCESS;
    if (selector->kind != TC_SCOPE_AGENT) {
        if (at->agent_key) tc_scope_set_add(&t->met, at->agent_key);
    } else if (at->remote) {
        tc_scope_set_add(&t->met, at->block_key);
    }
    return TC_SUCCESS;
}

/* The selectors of one key, but those of incidents that a nearer key met already. */
static TC_STATUS touch_all(tc_scope *s, uint64_t key, const uint64_t nearer[2], const sight *at,
                           uint64_t who, tc_slice name)
{
    for (tc_scope_selector *it = tc_scope_first(s, key); it; it = tc_scope_next(s, it)) {
        bool met = it->kind == TC_SCOPE_BLOCK && !at->remote;
        if (it->kind == TC_SCOPE_ADDRESS && !at->remote) it->inside = true;
        for (size_t i = 0; i < 2; i++)
            if (nearer[i] && of_incident(s, nearer[i], it->incident)) met = true;
        if (it->followed && !it->inside && !met) TC_TRY(touch(s, it, at, who, name));
    }
    return TC_SUCCESS;
}

/* -- what is a mailbox's own ----------------------------------------------------------------- */

static bool any_followed(const tc_scope *s, uint64_t key)
{
    for (tc_scope_selector *it = tc_scope_first(s, key); it; it = tc_scope_next(s, it))
        if (it->followed) return true;
    return false;
}

/* Apart from incidents' addresses, blocks and rare clients. */
static TC_STATUS learn_own(tc_scope *s, const sight *at, uint64_t who)
{
    if (at->outcome != IN || (who & TC_SCOPE_NOBODY)) return TC_SUCCESS;
    bool placed = tc_scope_first(s, at->address_key) || tc_scope_first(s, at->block_key);
    if (placed && at->remote) return TC_SUCCESS;
    if (any_followed(s, at->agent_key)) return TC_SUCCESS;
    uint32_t place = tc_keymap_get(&s->own_at, who);
    if (place == 0) {
        TC_TRY(tc_grow(&s->owns, &s->own_capacity, s->own_count + 1, sizeof(*s->owns), UINT32_MAX));
        TC_TRY(tc_keymap_put(&s->own_at, who, (uint32_t)s->own_count + 1));
        s->owns[s->own_count++] = (tc_scope_own){0};
        place = (uint32_t)s->own_count;
    }
    tc_scope_own *own = &s->owns[place - 1];
    if (at->agent_key) tc_scope_set_add(&own->agents, at->agent_key);
    if (at->remote) tc_scope_set_add(&own->networks, at->block_key);
    return TC_SUCCESS;
}

/* -- one observation ------------------------------------------------------------------------ */

/* 0 for what is no name. */
static uint64_t who_is(tc_scope *s, tc_slice name)
{
    tc_name normal;
    if (name.len == 0) return 0;
    tc_entity entity = tc_identity_guess(s->identity, name);
    if (entity) return entity;
    tc_name_normalise(name, &normal);
    if (normal.form == TC_NAME_NONE || normal.form == TC_NAME_MACHINE ||
        normal.form == TC_NAME_SYSTEM)
        return 0;
    return TC_SCOPE_NOBODY | tc_content_hash(tc_slice_make(normal.text, normal.length)) >> 1;
}

static TC_STATUS meet(tc_scope *s, const sight *at, tc_slice name)
{
    static const uint64_t none[2] = {0, 0};
    uint64_t who = who_is(s, name);
    if (who == 0) return TC_SUCCESS;
    const uint64_t address[2] = {at->address_key, 0}, both[2] = {at->address_key, at->block_key};
    TC_TRY(learn_own(s, at, who));
    TC_TRY(touch_all(s, at->address_key, none, at, who, name));
    TC_TRY(touch_all(s, at->block_key, address, at, who, name));
    return touch_all(s, at->agent_key, both, at, who, name);
}

/* An account of an incident acts on another. */
static TC_STATUS act(tc_scope *s, const sight *at, tc_slice actor, tc_slice target)
{
    static const uint64_t none[2] = {0, 0};
    uint64_t by = who_is(s, actor), who = who_is(s, target);
    if (by == 0 || who == 0 || by == who || (by & TC_SCOPE_NOBODY)) return TC_SUCCESS;
    return touch_all(s, tc_scope_key_entity((tc_entity)by), none, at, who, target);
}

TC_STATUS tc_scope_observe(tc_scope *s, const tc_observation *o, tc_slice heap)
{
    sight at = sight_of(o, heap);
    if (at.outcome == NOTHING) return TC_SUCCESS;
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    tc_slice target = tc_observation_text(o, heap, TC_OBS_TEXT_TARGET);
    tc_identity_begin(s->identity);
    TC_TRY(meet(s, &at, user));
    TC_TRY(meet(s, &at, target));
    bool acts =
        o->kind == TC_OBS_ACCOUNT || (o->kind == TC_OBS_HIT && (o->flags & TC_OBS_FLAG_ACTS) != 0);
    return acts ? act(s, &at, user, target) : TC_SUCCESS;
}
