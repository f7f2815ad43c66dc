#include "detector/correlate/derive_state.h"

#include "parsers/base/alloc.h"

static const tc_logsource webmail_label[] = {{NULL, "tocsin", "webmail"}};
static const tc_logsource message_label[] = {{NULL, "tocsin", "message"}};
static const tc_logsource account_label[] = {{NULL, "tocsin", "account"}};
static const tc_logsource baseline_label[] = {{NULL, "tocsin", "baseline"}};

#define DERIVE_SCRATCH_BYTES (1u << 20)
#define SESSION_BYTES (sizeof(session) + 64)

static tc_status make_schemas(tc_deriver *d, const tc_names *names)
{
    d->schemas = tc_schemas_new(names, 8);
    if (d->schemas == NULL) return (tc_status){TC_ENOMEM};
    TC_TRY(tc_schemas_get(d->schemas, "tocsin-webmail", webmail_label, 1, NULL, 0, &d->webmail));
    TC_TRY(tc_schemas_get(d->schemas, "tocsin-message", message_label, 1, NULL, 0, &d->message));
    TC_TRY(tc_schemas_get(d->schemas, "tocsin-account", account_label, 1, NULL, 0, &d->account));
    return tc_schemas_get(d->schemas, "tocsin-baseline", baseline_label, 1, NULL, 0, &d->baseline);
}

static void set_defaults(tc_derive_options *o)
{
    if (o->learn_ns == 0) o->learn_ns = 7 * TC_DAY;
    if (o->novelty_ns == 0) o->novelty_ns = 7 * TC_DAY;
    if (o->idle_ns == 0) o->idle_ns = TC_SESSION_IDLE;
    if (o->state_bytes == 0) o->state_bytes = (size_t)64 << 20;
}

static void declare_languages(tc_deriver *d)
{
    for (size_t i = 0; i < d->options.language_count && d->use_count < LANGUAGE_USES; i++) {
        uint32_t id = tc_derive_intern(d, d->options.languages[i]);
        if (id != 0) d->uses[d->use_count++] = (language_use){id, 0, true};
    }
}

/* Shares the bound among the tables: half for persons, the rest for sessions and texts. */
static tc_status make_tables(tc_deriver *d)
{
    size_t bytes = d->options.state_bytes;
    d->person_limit = TC_MAX(bytes / 2 / sizeof(person), (size_t)16);
    d->session_capacity = TC_MAX(bytes / 8 / SESSION_BYTES, (size_t)64);
    d->arena = tc_arena_new(DERIVE_SCRATCH_BYTES);
    d->texts = tc_intern_new(bytes / 4);
    d->sessions = tc_alloc(d->session_capacity + 1, sizeof(session));
    d->session_index = tc_map_new(d->session_capacity);
    d->familiar_index = tc_map_new(FAMILIAR_MAX);
    d->logons = tc_alloc(PENDING_LOGONS, sizeof(pending_logon));
    d->recent = tc_alloc(RECENT_MESSAGES, sizeof(uint64_t));
    d->recent_index = tc_map_new(RECENT_MESSAGES + 1);
    d->changers = tc_map_new(d->person_limit);
    d->wave_today_set = tc_map_new(d->person_limit);
    bool complete = d->arena && d->texts && d->sessions && d->session_index && d->familiar_index &&
                    d->logons && d->recent && d->recent_index && d->changers && d->wave_today_set;
    return complete ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

tc_status tc_deriver_new(const tc_derive_options *options, tc_identity *identity,
                         const tc_names *names, tc_deriver **ret)
{
    tc_deriver *d = tc_alloc(1, sizeof(*d));
    if (d == NULL) return (tc_status){TC_ENOMEM};
    d->options = *options;
    set_defaults(&d->options);
    d->identity = identity;
    d->last.time = TC_TIME_NONE;
    d->wave_day = TC_TIME_NONE;
    d->coverage.first_web = d->coverage.last_web = TC_TIME_NONE;
    d->coverage.first_message = d->coverage.last_message = TC_TIME_NONE;
    d->coverage.first_account = d->coverage.last_account = TC_TIME_NONE;
    tc_status status = make_tables(d);
    if (!tc_failed(status)) status = make_schemas(d, names);
    if (tc_failed(status)) {
        tc_deriver_free(d);
        return status;
    }
    declare_languages(d);
    *ret = d;
    return TC_SUCCESS;
}

void tc_deriver_free(tc_deriver *d)
{
    if (d == NULL) return;
    for (size_t i = 0; i < d->person_capacity; i++)
        tc_free(d->persons[i]);
    tc_free(d->persons);
    tc_free(d->name_of_text);
    tc_free(d->sessions);
    tc_map_free(d->session_index);
    tc_map_free(d->familiar_index);
    tc_free(d->familiars);
    tc_free(d->logons);
    tc_free(d->recent);
    tc_map_free(d->recent_index);
    tc_map_free(d->changers);
    tc_map_free(d->wave_today_set);
    tc_free(d->changes);
    tc_intern_free(d->texts);
    tc_arena_free(d->arena);
    tc_schemas_free(d->schemas);
    tc_free(d);
}

uint32_t tc_derive_intern(tc_deriver *d, tc_slice text)
{
    uint32_t id = 0;
    if (text.len == 0) return 0;
    /* A batch holds each text once, so the place where it lies tells it; comparing proves it. That
     * is a fraction of the price of hashing the same agents and names again and again. */
    uint32_t *recent = &d->recent_ids[((uintptr_t)text.ptr * 0x9E3779B1u >> 8) % RECENT_IDS];
    if (*recent != 0 && tc_slice_equal(tc_intern_text(d->texts, *recent), text)) return *recent;
    if (tc_failed(tc_intern_put(d->texts, text, &id))) {
        d->coverage.evicted++;
        return 0;
    }
    *recent = id;
    return id;
}

/* Grows an array and zeroes what is new. */
static bool grow_zeroed(void *array_address, size_t *capacity, size_t needed, size_t size)
{
    size_t before = *capacity;
    if (needed <= before) return true;
    if (tc_failed(tc_grow(array_address, capacity, needed, size, SIZE_MAX))) return false;
    void *array;
    memcpy(&array, array_address, sizeof(array));
    memset((uint8_t *)array + before * size, 0, (*capacity - before) * size);
    return true;
}

/* The number of a written name, remembered by its interned text. */
static uint32_t name_of(tc_deriver *d, tc_slice written)
{
    uint32_t text = tc_derive_intern(d, written);
    if (text == 0) return tc_identity_name(d->identity, written);
    if (!grow_zeroed(&d->name_of_text, &d->name_of_text_capacity, (size_t)text + 1,
                     sizeof(uint32_t)))
        return tc_identity_name(d->identity, written);
    if (d->name_of_text[text] == 0) d->name_of_text[text] = tc_identity_name(d->identity, written);
    return d->name_of_text[text];
}

tc_entity tc_derive_entity(tc_deriver *d, tc_slice written, bool make)
{
    if (make) return tc_identity_root(d->identity, name_of(d, written));
    uint32_t text = tc_intern_find(d->texts, written);
    if (text != 0 && text < d->name_of_text_capacity && d->name_of_text[text] != 0)
        return tc_identity_root(d->identity, d->name_of_text[text]);
    return tc_identity_find(d->identity, written);
}

person *tc_derive_person(tc_deriver *d, tc_entity entity)
{
    if (entity == 0) return NULL;
    if (!grow_zeroed(&d->persons, &d->person_capacity, (size_t)entity + 1, sizeof(person *)))
        return NULL;
    if (d->persons[entity] == NULL) {
        if (d->person_count >= d->person_limit) {
            d->coverage.evicted++;
            return NULL;
        }
        d->persons[entity] = tc_alloc(1, sizeof(person));
        if (d->persons[entity] == NULL) return NULL;
        d->persons[entity]->created = TC_TIME_NONE;
        d->person_count++;
    }
    return d->persons[entity];
}

void tc_derive_active(tc_deriver *d, person *p)
{
    if (p->counted_active) return;
    p->counted_active = true;
    d->active_accounts++;
}

/* The elder keeps its own first sights; the younger's traits fill what is missing or were earlier.
 */
static void fold_traits(person *into, const person *from)
{
    for (uint32_t i = 0; i < from->trait_count; i++) {
        uint32_t k = 0;
        while (k < into->trait_count && into->traits[k].key != from->traits[i].key)
            k++;
        if (k < into->trait_count) {
            into->traits[k].first = TC_MIN(into->traits[k].first, from->traits[i].first);
            into->traits[k].last = TC_MAX(into->traits[k].last, from->traits[i].last);
        } else if (into->trait_count < PERSON_TRAITS) {
            into->traits[into->trait_count++] = from->traits[i];
        }
    }
}

static void fold_person(tc_deriver *d, tc_entity root, tc_entity absorbed)
{
    if (absorbed == 0 || absorbed >= d->person_capacity || d->persons[absorbed] == NULL) return;
    person *into = tc_derive_person(d, root);
    if (into == NULL) return;
    person *from = d->persons[absorbed];
    fold_traits(into, from);
    tc_derive_language_fold(d, into, from);
    into->webmail |= from->webmail;
    into->mail |= from->mail;
    if (into->created == TC_TIME_NONE) into->created = from->created;
    if (into->counted_active && from->counted_active) d->active_accounts--;
    into->counted_active |= from->counted_active;
    tc_free(from);
    d->persons[absorbed] = NULL;
    d->person_count--;
}

static void derive_alias(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    tc_entity absorbed = 0;
    uint32_t a = name_of(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    uint32_t b = name_of(d, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    tc_entity root = tc_identity_unite_names(d->identity, a, b, &absorbed);
    fold_person(d, root, absorbed);
}

tc_overlay *tc_derive_overlay(tc_deriver *d)
{
    tc_overlay_clear(&d->overlay);
    return &d->overlay;
}

tc_evidence tc_derive_evidence(const tc_observation *o, tc_slice heap)
{
    return (tc_evidence){o->order, o->at, tc_observation_text(o, heap, TC_OBS_TEXT_RAW)};
}

tc_status tc_derive_emit(tc_deriver *d, const tc_schema *schema, const tc_order *order,
                         const tc_evidence *evidence, const tc_subject *subject,
                         const tc_derived_sink *sink)
{
    tc_event event = {.schema = schema,
                      .time = evidence->order.time,
                      .raw = evidence->text,
                      .overlay = &d->overlay,
                      .arena = d->arena};
    tc_derived derived = {&event, order ? *order : d->last, evidence, subject};
    if (order == NULL) derived.order.sub = ++d->emitted;
    event.time = derived.order.time;
    tc_status status = sink->event(sink->context, &derived);
    tc_arena_reset(d->arena);
    return status;
}

tc_status tc_deriver_observe(tc_deriver *d, const tc_observation *o, tc_slice heap,
                             const tc_derived_sink *sink)
{
    TC_ASSERT(d->last.time == TC_TIME_NONE || tc_order_compare(&d->last, &o->order) <= 0);
    TC_TRY(tc_derive_logons_until(d, o->order.time, sink));
    d->last = o->order;
    d->emitted = 0;
    switch ((tc_observation_kind)o->kind) {
    case TC_OBS_WEB_SPAN:
    case TC_OBS_WEB_LANDING:
    case TC_OBS_WEB_LOGON:
    case TC_OBS_WEB_REFUSED:
    case TC_OBS_WEB_CULTURE:
        return tc_derive_web(d, o, heap, sink);
    case TC_OBS_MESSAGE:
        return tc_derive_message(d, o, heap, sink);
    case TC_OBS_ACCOUNT:
        return tc_derive_account(d, o, heap, sink);
    case TC_OBS_ALIAS:
        derive_alias(d, o, heap);
        return TC_SUCCESS;
    case TC_OBS_HIT:
    case TC_OBS_KIND_COUNT:
        return TC_SUCCESS;
    }
    return TC_SUCCESS;
}

tc_status tc_deriver_advance(tc_deriver *d, tc_time watermark, const tc_derived_sink *sink)
{
    return tc_derive_logons_until(d, watermark, sink);
}
