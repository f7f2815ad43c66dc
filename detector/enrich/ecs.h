/*
 * ecs: setting ECS fields of an event that somebody asks for.
 *
 * Values point into the block or the event's arena. An empty text sets nothing: a field is there
 * with a value or not at all. What does not fit the arena is left out.
 */
#ifndef TC_ENRICH_ECS_H
#define TC_ENRICH_ECS_H

#include "detector/enrich/worker.h"

typedef struct tc_ecs {
    tc_enrich_worker *worker;
    tc_event *event;
} tc_ecs;

static inline bool tc_ecs_wants(const tc_ecs *e, tc_field field)
{
    return (e->worker->wanted[field / 64] >> (field % 64) & 1) != 0;
}
static inline bool tc_ecs_wants_any(const tc_ecs *e, const tc_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_ecs_wants(e, fields[i])) return true;
    return false;
}
static inline void tc_ecs_text(const tc_ecs *e, tc_field field, tc_slice text)
{
    if (text.len > 0 && tc_ecs_wants(e, field)) tc_overlay_set_text(e->event->overlay, field, text);
}

/* A field as the log writes it. */
static inline tc_slice tc_ecs_native(const tc_ecs *e, tc_field field)
{
    return tc_worker_field(e->event, field);
}
/* host.name: as the record has it, else the server that the source is of. */
void tc_ecs_host(const tc_ecs *e, tc_slice name);
/* Only the short name (host.h) of what is written there. */
void tc_ecs_host_short(const tc_ecs *e, tc_slice name);
/* Only decimal digits are a number. */
void tc_ecs_number(const tc_ecs *e, tc_field field, tc_slice digits);
/* A text that lives on the caller's stack. */
void tc_ecs_copy(const tc_ecs *e, tc_field field, tc_slice text);
void tc_ecs_lower(const tc_ecs *e, tc_field field, tc_slice text);
/* W3C writes '+' for blanks in what comes from headers. */
void tc_ecs_blanks(const tc_ecs *e, tc_field field, tc_slice text);
/* Percent signs and '+' decoded; as it is written if it is not well-formed. */
void tc_ecs_url(const tc_ecs *e, tc_field field, tc_slice text);
/* Path and query (if there is one) in one text, decoded as often as somebody may have coded them;
 * "+" stands. */
void tc_ecs_decoded(const tc_ecs *e, tc_field field, tc_slice path, tc_slice query);
/* DOMAIN\user, user@domain or user into name, domain and (TC_FIELD_NONE: not) e-mail. */
void tc_ecs_account(const tc_ecs *e, tc_slice account, tc_field name, tc_field domain,
                    tc_field email);
/* source.*: address as written, true client, class, network, country, system. */
void tc_ecs_source(const tc_ecs *e, tc_slice written, tc_slice forwarded);
void tc_ecs_ip(const tc_ecs *e, tc_field field, tc_slice written);

#endif
