/* Observations of the present event, and the facts that it states. */
#include "detector/enrich/worker.h"

#define AGENT_MAX 512
#define SHOWN_MAX 4096 /* of which TC_EVIDENCE_TEXT_MAX are kept */

static tc_slice cut_text(tc_slice text, size_t max)
{
    if (text.len <= max) return text;
    while (max > 0 && (text.ptr[max] & 0xC0) == 0x80)
        max--;
    return tc_slice_sub(text, 0, max);
}

TC_STATUS tc_emit_locate(tc_enrich_worker *w, const tc_event *event)
{
    if (w->located) return TC_SUCCESS;
    w->at = (tc_locator){.length = (uint32_t)event->place.length};
    w->order =
        (tc_order){.time = tc_time_whole_ms(event->time), .source_key = w->origin.source_key};
    w->origin.locate(w->origin.locate_context, event->place, &w->at, &w->order.position);
    if (event->shipped && event->shipped->placed) w->order.position = event->shipped->offset;
    w->at.source = w->origin.source;
    w->order.record_hash = tc_record_id(w->origin.parser, event);
    w->located = true;
    return TC_SUCCESS;
}

static tc_slice host_of(const tc_enrich_worker *w, const tc_event *event)
{
    if (event->shipped && event->shipped->host.len > 0) return event->shipped->host;
    if (w->origin.host.len > 0) return w->origin.host;
    if (w->family->host_of) return w->family->host_of(event);
    return tc_worker_field(event, (tc_field)w->family->host);
}

static bool has_id(const tc_family *family, const tc_event *event)
{
    for (size_t i = 0; i < TC_COUNT_OF(family->ids) && family->ids[i]; i++)
        if (tc_worker_field(event, (tc_field)family->ids[i]).len > 0) return true;
    return false;
}

/* A new observation that has only its place in the order. */
static TC_STATUS emit_bare(tc_enrich_worker *w, const tc_event *event, tc_observation_kind kind,
                           tc_observation **ret)
{
    tc_observation *o = NULL;
    TC_TRY(tc_emit_locate(w, event));
    TC_TRY(tc_observations_add(w->batch, &o));
    o->count = 1;
    o->kind = (uint16_t)kind;
    o->order = w->order;
    o->order.rank = tc_observation_rank(kind, 0);
    o->last = o->order.time;
    o->at = w->at;
    o->once = has_id(w->family, event);
    *ret = o;
    return TC_SUCCESS;
}

/* The record as a person is shown it: hardly any is like another. */
static TC_STATUS keep_evidence(tc_enrich_worker *w, const tc_event *event, tc_text_ref *ret)
{
    const tc_parser *parser = w->origin.parser;
    if (!parser || !parser->show)
        return tc_observations_new_text(w->batch,
                                        cut_text(tc_event_raw(event), TC_EVIDENCE_TEXT_MAX), ret);
    tc_str words;
    tc_str_init(&words, SHOWN_MAX);
    parser->show(parser, event, &words);
    tc_slice shown = cut_text(tc_str_view(&words), TC_EVIDENCE_TEXT_MAX);
    tc_status status = tc_str_status(&words);
    if (status.code != TC_ENOMEM) status = tc_observations_new_text(w->batch, shown, ret);
    tc_str_done(&words);
    return status;
}

/* The line is kept once for all that it says, and not at all if it says nothing that is shown. */
static TC_STATUS keep_raw(tc_enrich_worker *w, const tc_event *event, tc_text_ref *ret)
{
    if (!w->raw_kept) TC_TRY(keep_evidence(w, event, &w->raw));
    w->raw_kept = true;
    *ret = w->raw;
    return TC_SUCCESS;
}

TC_STATUS tc_emit(tc_enrich_worker *w, const tc_event *event, tc_observation_kind kind,
                  tc_observation **ret)
{
    TC_TRY(emit_bare(w, event, kind, ret));
    return tc_emit_again(w, event, *ret);
}

TC_STATUS tc_emit_again(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    TC_TRY(tc_emit_locate(w, event));
    o->order = w->order;
    o->order.rank = tc_observation_rank((tc_observation_kind)o->kind, 0);
    o->at = w->at;
    TC_TRY(keep_raw(w, event, &o->text[TC_OBS_TEXT_RAW]));
    return tc_emit_text(w, o, TC_OBS_TEXT_HOST, host_of(w, event));
}

TC_STATUS tc_emit_text(tc_enrich_worker *w, tc_observation *o, tc_obs_text which, tc_slice text)
{
    return tc_observations_text(w->batch, cut_text(text, TC_EVIDENCE_TEXT_MAX), &o->text[which]);
}

TC_STATUS tc_emit_agent(tc_enrich_worker *w, tc_observation *o, tc_slice agent)
{
    uint8_t text[AGENT_MAX];
    agent = cut_text(agent, sizeof(text));
    for (size_t i = 0; i < agent.len; i++)
        text[i] = agent.ptr[i] == '+' ? ' ' : agent.ptr[i];
    return tc_emit_text(w, o, TC_OBS_TEXT_AGENT, tc_slice_make(text, agent.len));
}

TC_STATUS tc_emit_client(tc_enrich_worker *w, tc_observation *o, const tc_client *client)
{
    const tc_address *address = tc_address_of(&w->addresses, client->ip);
    o->ip = client->ip;
    o->peer = client->peer;
    o->address_class = (uint8_t)address->address_class;
    o->asn = address->geo.asn;
    memcpy(o->country, address->geo.country, sizeof(o->country));
    if (client->has_forwarded && !client->forwarded) o->flags |= TC_OBS_FLAG_DOUBTED;
    return tc_observations_text(w->batch, address->geo.as_org, &o->as_org);
}

static bool is_person(tc_name_form form)
{
    return form == TC_NAME_SMTP || form == TC_NAME_NT || form == TC_NAME_BARE ||
           form == TC_NAME_SID || form == TC_NAME_GUID;
}

/* True if the two are names of somebody and not one name written twice. */
static bool is_worth_telling(tc_slice a, tc_slice b)
{
    tc_name x, y;
    tc_name_normalise(a, &x);
    if (!is_person(x.form)) return false;
    tc_name_normalise(b, &y);
    return is_person(y.form) && strcmp(x.text, y.text) != 0;
}

static TC_STATUS emit_fact(tc_enrich_worker *w, const tc_event *event, tc_slice a, tc_slice b,
                           uint16_t flags)
{
    tc_observation *o = NULL;
    if (a.len == 0 || b.len == 0) return TC_SUCCESS;
    uint64_t hash = tc_quick_hash(w->key, tc_quick_hash(w->key, flags, a), b);
    if (tc_seen_earlier(&w->seen, hash, event->time)) return TC_SUCCESS;
    if (!is_worth_telling(a, b)) {
        /* Not worth telling at any time. */
        tc_seen_note(&w->seen, hash, TC_TIME_NONE);
        return TC_SUCCESS;
    }
    /* Nobody is shown the line that states a fact: where it stands will do. */
    TC_TRY(emit_bare(w, event, TC_OBS_ALIAS, &o));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, a));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_TARGET, b));
    o->flags |= flags;
    /* A fact is what it says, not the line that says it: any of many lines may be the first. */
    o->order.record_hash = tc_content_hash_add(tc_content_hash(a), b);
    if (flags & TC_OBS_FLAG_DIRECTORY) o->order.record_hash++;
    return tc_worker_told(w, hash);
}

TC_STATUS tc_emit_alias(tc_enrich_worker *w, const tc_event *event, tc_slice a, tc_slice b)
{
    return emit_fact(w, event, a, b, w->family->hearsay ? 0 : TC_OBS_FLAG_VOUCHED);
}

TC_STATUS tc_emit_object(tc_enrich_worker *w, const tc_event *event, tc_slice user, tc_slice object)
{
    return emit_fact(w, event, user, object, TC_OBS_FLAG_VOUCHED | TC_OBS_FLAG_DIRECTORY);
}

TC_STATUS tc_emit_note(tc_enrich_worker *w, const tc_event *event, unsigned note, bool again,
                       tc_slice mailbox)
{
    tc_observation *o = NULL;
    uint64_t hash = tc_quick_hash(w->key, UINT64_MAX - note, mailbox);
    if (!again && tc_seen_earlier(&w->seen, hash, event->time)) return TC_SUCCESS;
    TC_TRY(emit_bare(w, event, TC_OBS_AUDIT, &o));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, mailbox));
    o->status = note;
    o->order.record_hash = tc_content_hash(mailbox) + note;
    return again ? TC_SUCCESS : tc_worker_told(w, hash);
}

tc_slice tc_emit_join(tc_slice domain, tc_slice user, uint8_t out[TC_EVIDENCE_TEXT_MAX])
{
    if (user.len == 0 || domain.len == 0 || domain.len + 1 + user.len > TC_EVIDENCE_TEXT_MAX)
        return user;
    memcpy(out, domain.ptr, domain.len);
    out[domain.len] = '\\';
    memcpy(out + domain.len + 1, user.ptr, user.len);
    return (tc_slice){out, domain.len + 1 + user.len};
}
