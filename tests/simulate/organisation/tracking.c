#include "tests/simulate/organisation/tracking.h"

#include "tests/simulate/organisation/files.h"
#include "tests/simulate/organisation/iis.h"

typedef struct row {
    tc_time t;
    uint32_t host;
    const char *context, *connector, *source, *event, *status, *direction, *info;
    uint64_t id;
} row;

static void cell(tc_str *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        tc_str_addf(out, "%s,", text);
        return;
    }
    tc_str_add_byte(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"') tc_str_add_byte(out, '"');
        tc_str_add_byte(out, (uint8_t)*c);
    }
    tc_str_addf(out, "\",");
}

static bool write_row(org *o, const message *m, const row *w)
{
    char time[TC_TIME_TEXT], id[40];
    bool outside = strcmp(w->event, "RECEIVE") == 0 && strcmp(w->source, "SMTP") == 0;
    const char *server = files_host(LOG_TRACKING, w->host);
    tc_str *out = sink_begin(o->sink);
    tc_str_addf(out, "%s,%s,%s.%s,10.2.1.%u,%s,", tc_time_format_ms(w->t, time),
                outside && m->ip ? m->ip : "10.2.1.21", server, o->t.ad_domain, 21 + w->host,
                server);
    cell(out, w->context);
    cell(out, w->connector);
    tc_str_addf(out, "%s,%s,%" PRIu64 ",<%016" PRIx64 "@%s>,", w->source, w->event,
                UINT64_C(48100000000) + w->id, w->id * UINT64_C(0x9e3779b97f4a7c15),
                m->from ? o->t.ad_domain : "relay.example");
    if (o->t.era == ERA_2013) {
        rng r = org_rng(o, "network-id", w->id);
        iis_guid(&r, id);
        tc_str_addf(out, "%s,", id);
    }
    tc_str_addf(out, "%s,%s,%" PRIu64 ",1,,%s,", m->recipient, w->status, 4000 + w->id % 90000,
                m->rule ? "<0f1a@origin.example>" : "");
    cell(out, o->opt.without.subjects ? "" : m->subject);
    tc_str_addf(out, "%s,%s,%s,%s,,%s,10.2.1.21,%s", m->sender,
                m->return_path ? m->return_path : m->sender, w->info, w->direction,
                outside && m->ip ? m->ip : "", m->from ? "S:DeliveryPriority=Normal" : "");
    if (o->t.era == ERA_2013) tc_str_addf(out, ",Email,%s,%s", id, o->t.build_long);
    return sink_end(o->sink, w->t, LOG_TRACKING, w->host);
}

static bool submit(org *o, const message *m, row *w)
{
    char context[320], time[TC_TIME_TEXT];
    if (m->rule) {
        w->context = "";
    } else {
        snprintf(context, sizeof(context),
                 "MDB:%s, Mailbox:%s, Event:%" PRIu64
                 ", MessageClass:%s, CreationTime:%s, ClientType:%s",
                 m->from->database, m->from->guid, 5000000 + w->id, m->class,
                 tc_time_format_ms(w->t, time), m->client);
        w->context = context;
    }
    w->connector = "";
    w->source = m->rule ? m->rule : "STOREDRIVER";
    w->event = m->rule && strcmp(m->rule, "DSN") == 0 ? "DSN" : "RECEIVE";
    w->status = m->rule ? "" : "To";
    w->direction = "Originating";
    w->info = "04I: ";
    bool kept = write_row(o, m, w);
    w->context = "";
    return kept;
}

bool tracking_message(org *o, const message *m)
{
    bool kept = false;
    row w = {.id = o->serial++, .host = m->from ? m->from->number % o->t.front_ends : 0, .t = m->t};
    rng r = org_rng(o, "delay", w.id);
    w.t += rng_below(&r, 1000) * INT64_C(1000000);
    if (m->from != NULL) {
        kept = submit(o, m, &w);
    } else {
        w.context = "08D8A1B2C3D4E5F6;2";
        w.connector = "Default Frontend";
        w.source = "SMTP";
        w.event = "RECEIVE";
        w.status = "";
        w.direction = "Incoming";
        w.info = "0cA: ";
        kept = write_row(o, m, &w);
    }
    w.t += (400 + rng_below(&r, 2600)) * INT64_C(1000000);
    w.info = "";
    w.context = "";
    w.status = m->to ? "" : "250 2.1.5 Recipient OK";
    w.connector = m->to ? "" : "Outbound to Internet";
    w.source = m->to ? "STOREDRIVER" : "SMTP";
    w.event = m->to ? "DELIVER" : o->t.era == ERA_LEGACY ? "SEND" : "SENDEXTERNAL";
    return write_row(o, m, &w) || kept;
}
