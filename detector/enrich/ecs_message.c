/* The ECS fields of message tracking. */
#include "detector/enrich/ecs.h"

/* "a@example.org;b@example.org" as a list. */
static void set_recipients(const tc_ecs *e, tc_slice recipients)
{
    size_t count = 1;
    if (recipients.len == 0 || !tc_ecs_wants(e, TC_FIELD_EMAIL_TO)) return;
    for (size_t i = 0; i < recipients.len; i++)
        count += recipients.ptr[i] == ';';
    tc_cell *items = count > 1 ? tc_arena_get(e->event->arena, count, sizeof(tc_cell)) : NULL;
    if (items == NULL) {
        tc_ecs_text(e, TC_FIELD_EMAIL_TO, recipients);
        return;
    }
    count = 0;
    while (recipients.ptr != NULL) {
        tc_slice one = tc_slice_trim(tc_slice_split(recipients, ';', &recipients));
        if (one.len > 0) items[count++] = tc_cell_text(one);
    }
    tc_cell list = {(const uint8_t *)(const void *)items, (uint32_t)count, TC_FORM_LIST};
    tc_overlay_set_text(e->event->overlay, TC_FIELD_EMAIL_TO, TC_EMPTY_SLICE);
    e->event->overlay->value[TC_FIELD_EMAIL_TO] = tc_cell_value(list, e->event->arena);
}

static void set_message_id(const tc_ecs *e, tc_slice id)
{
    if (tc_slice_starts(id, TC_LIT("<")) && tc_slice_ends(id, TC_LIT(">")))
        id = tc_slice_sub(id, 1, id.len - 2);
    tc_ecs_text(e, TC_FIELD_EMAIL_MESSAGE_ID, id);
}

/* "ClientType:OWA" among the comma list of source-context. */
static void set_client_type(const tc_ecs *e, tc_slice context)
{
    while (context.ptr != NULL) {
        tc_slice part = tc_slice_trim(tc_slice_split(context, ',', &context));
        if (tc_slice_starts(part, TC_LIT("ClientType:")))
            tc_ecs_text(e, TC_FIELD_CLIENT_TYPE, tc_slice_sub(part, 11, TC_NPOS));
    }
}

/* Of what it sends to others, the server names them as the server, and itself as the client. */
tc_slice tc_message_host(const tc_event *event)
{
    bool sent = tc_slice_starts(tc_worker_field(event, TC_FIELD_MT_EVENT_ID), TC_LIT("SEND")) &&
                tc_slice_equal(tc_worker_field(event, TC_FIELD_MT_SOURCE), TC_LIT("SMTP"));
    return tc_worker_field(event, sent ? TC_FIELD_MT_CLIENT_HOSTNAME : TC_FIELD_MT_SERVER_HOSTNAME);
}

void tc_ecs_message(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_slice client = tc_ecs_native(e, TC_FIELD_MT_ORIGINAL_CLIENT_IP);
    if (client.len == 0) client = tc_ecs_native(e, TC_FIELD_MT_CLIENT_IP);
    tc_ecs_source(e, client, TC_EMPTY_SLICE);
    tc_ecs_lower(e, TC_FIELD_EVENT_ACTION, tc_ecs_native(e, TC_FIELD_MT_EVENT_ID));
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, tc_ecs_native(e, TC_FIELD_MT_SOURCE));
    tc_ecs_text(e, TC_FIELD_EMAIL_SUBJECT, tc_ecs_native(e, TC_FIELD_MT_MESSAGE_SUBJECT));
    tc_ecs_text(e, TC_FIELD_EMAIL_FROM, tc_ecs_native(e, TC_FIELD_MT_SENDER_ADDRESS));
    set_recipients(e, tc_ecs_native(e, TC_FIELD_MT_RECIPIENT_ADDRESS));
    set_message_id(e, tc_ecs_native(e, TC_FIELD_MT_MESSAGE_ID));
    tc_ecs_text(e, TC_FIELD_EMAIL_DIRECTION, tc_ecs_native(e, TC_FIELD_MT_DIRECTIONALITY));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, tc_ecs_native(e, TC_FIELD_MT_SERVER_IP));
    if (tc_ecs_wants(e, TC_FIELD_CLIENT_TYPE))
        set_client_type(e, tc_ecs_native(e, TC_FIELD_MT_SOURCE_CONTEXT));
    tc_ecs_host(e, tc_message_host(event));
}
