#include "tests/support/firing_log.h"

enum { LOG_MAX = 256 * 1024 * 1024 };

void tc_firing_log_init(tc_firing_log *log)
{
    *log = (tc_firing_log){0};
    tc_str_init(&log->text, LOG_MAX);
}

void tc_firing_log_done(tc_firing_log *log)
{
    tc_str_done(&log->text);
}

static void add_text(tc_str *text, const char *name, tc_slice value)
{
    if (!value.len) return;
    tc_str_addf(text, " %s=", name);
    tc_str_add(text, value);
}

static TC_STATUS write_line(tc_firing_log *log, const tc_firing *firing, const char *prefix)
{
    tc_str *text = &log->text;
    tc_str_add(text, tc_slice_of(prefix));
    tc_str_add(text, firing->rule->name);
    tc_str_addf(text, " at %" PRIu64 " time %" PRId64 " from %" PRId64 " count %.0f%s",
                firing->order.position, firing->order.time, firing->start, firing->count,
                firing->degraded ? " degraded" : "");
    size_t group_count = firing->rule->correlation->group_count;
    for (size_t g = 0; g < group_count; g++) {
        add_text(text, "group", firing->group[g].text);
    }
    add_text(text, "value", firing->value);
    add_text(text, "previous", firing->previous);
    for (size_t i = 0; i < firing->evidence_count; i++) {
        const tc_evidence *e = &firing->evidence[i];
        tc_str_addf(text, " [%" PRIu64 "/%" PRIu64 ":", e->order.position, e->at.line);
        tc_str_add(text, e->text);
        tc_str_add_byte(text, ']');
    }
    for (size_t i = 0; i < firing->subject_count; i++) {
        const tc_subject *s = &firing->subjects[i];
        char ip[TC_IP_TEXT];
        tc_str_addf(text, " {%s asn=%u%s%s", tc_ip_format(s->ip, ip), s->asn,
                    s->novel ? " novel" : "", s->remote ? " remote" : "");
        add_text(text, "mailbox", s->mailbox);
        add_text(text, "actor", s->actor);
        add_text(text, "target", s->target);
        add_text(text, "user", s->user);
        add_text(text, "agent", s->agent);
        add_text(text, "host", s->host);
        add_text(text, "language", s->language);
        add_text(text, "before", s->previous);
        add_text(text, "country", s->country);
        add_text(text, "as", s->as_org);
        tc_str_add_byte(text, '}');
    }
    tc_str_add_byte(text, '\n');
    return tc_str_status(text);
}

static TC_STATUS write_firing(void *context, const tc_firing *firing)
{
    tc_firing_log *log = context;
    log->count++;
    return write_line(log, firing, "");
}

static TC_STATUS write_going_on(void *context, const tc_firing *firing)
{
    tc_firing_log *log = context;
    log->went_on++;
    return write_line(log, firing, "+ ");
}

tc_firing_sink tc_firing_log_sink(tc_firing_log *log)
{
    return (tc_firing_sink){.context = log, .fired = write_firing};
}

tc_firing_sink tc_firing_log_episodes(tc_firing_log *log)
{
    return (tc_firing_sink){.context = log, .fired = write_firing, .went_on = write_going_on};
}
