/* Security events of two domain controllers: one exported as XML, one shipped as JSON lines. */
#include "tests/simulate/world.h"

typedef struct data {
    const char *name, *value;
} data;

static void xml_event(world *w, tc_time t, int id, const data *values, size_t count)
{
    tc_str out;
    char time[TC_TIME_TEXT];
    tc_str_init(&out, 65536);
    tc_str_addf(&out,
                "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
                "<Provider Name='Microsoft-Windows-Security-Auditing' "
                "Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/><EventID>%d</EventID>"
                "<Version>0</Version><Level>0</Level><Task>13824</Task><Opcode>0</Opcode>"
                "<Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='%s'/>"
                "<EventRecordID>%" PRIu64 "</EventRecordID><Correlation/>"
                "<Execution ProcessID='532' ThreadID='1188'/><Channel>Security</Channel>"
                "<Computer>DC01." DOMAIN_NAME "</Computer><Security/></System><EventData>",
                id, tc_time_format_ms(t, time), ++w->record);
    for (size_t i = 0; i < count; i++)
        tc_str_addf(&out, "<Data Name='%s'>%s</Data>", values[i].name, values[i].value);
    tc_str_add(&out, TC_LIT("</EventData></Event>"));
    world_line(w, t, LOG_DC_XML, tc_str_view(&out));
    tc_str_done(&out);
}

static void json_event(world *w, tc_time t, int id, const data *values, size_t count)
{
    tc_str out;
    char time[TC_TIME_TEXT];
    tc_str_init(&out, 65536);
    tc_str_addf(
        &out,
        "{\"@timestamp\":\"%s\",\"event\":{\"code\":\"%d\",\"outcome\":\"success\","
        "\"provider\":\"Microsoft-Windows-Security-Auditing\"},\"host\":{\"name\":\"DC02\"},"
        "\"winlog\":{\"channel\":\"Security\",\"computer_name\":\"DC02." DOMAIN_NAME
        "\",\"event_id\":\"%d\",\"keywords\":[\"Audit Success\"],\"provider_name\":"
        "\"Microsoft-Windows-Security-Auditing\",\"record_id\":%" PRIu64 ",\"event_data\":{",
        tc_time_format_ms(t, time), id, id, ++w->record);
    for (size_t i = 0; i < count; i++)
        tc_str_addf(&out, "%s\"%s\":\"%s\"", i ? "," : "", values[i].name, values[i].value);
    tc_str_add(&out, TC_LIT("}}}"));
    world_line(w, t, LOG_DC_JSON, tc_str_view(&out));
    tc_str_done(&out);
}

static void event(world *w, tc_time t, int id, const data *values, size_t count, rng *r)
{
    t += (tc_time)rng_below(r, 1000) * 1000000;
    if (rng_chance(r, 0.5))
        xml_event(w, t, id, values, count);
    else
        json_event(w, t, id, values, count);
}

static void account_event(world *w, tc_time t, int id, const char *target, const char *target_sid,
                          const char *subject, const char *subject_sid, rng *r)
{
    const data values[] = {{"TargetUserName", target},     {"TargetDomainName", NT_DOMAIN},
                           {"TargetSid", target_sid},      {"SubjectUserSid", subject_sid},
                           {"SubjectUserName", subject},   {"SubjectDomainName", NT_DOMAIN},
                           {"SubjectLogonId", "0x3e7a11"}, {"PrivilegeList", "-"}};
    event(w, t, id, values, id == 4724 ? 7 : 8, r);
}

void directory_change(world *w, const person *p, tc_time at, rng *r)
{
    account_event(w, at, 4723, p->account, p->sid, p->account, p->sid, r);
}

/* A ticket at the start of the day; who logs on by mail address shows both names of one SID. */
static void ticket(world *w, const person *p, uint32_t day, rng *r)
{
    char ip[64];
    bool by_upn = p->logs_on_by_upn && rng_chance(r, 0.3);
    snprintf(ip, sizeof(ip), "::ffff:%s", p->workstation);
    const data values[] = {{"TargetUserName", by_upn ? p->mail : p->account},
                           {"TargetDomainName", NT_DOMAIN},
                           {"TargetSid", p->sid},
                           {"ServiceName", "krbtgt"},
                           {"TicketOptions", "0x40810010"},
                           {"Status", "0x0"},
                           {"TicketEncryptionType", "0x12"},
                           {"PreAuthType", "2"},
                           {"IpAddress", ip},
                           {"IpPort", "49211"}};
    event(w, world_day(w, day) + (tc_time)(6 * 3600 + rng_below(r, 3 * 3600)) * TC_SECOND, 4768,
          values, TC_COUNT_OF(values), r);
}

static void help_desk(world *w, uint32_t day, rng *r)
{
    static const struct {
        const char *name, *sid;
    } desk[] = {{"helpdesk1", "S-1-5-21-1004336348-1177238915-682003330-1101"},
                {"helpdesk2", "S-1-5-21-1004336348-1177238915-682003330-1102"}};
    uint32_t resets = world_is_workday(w, day) ? rng_below(r, 4) : 0;
    for (uint32_t i = 0; i < resets; i++) {
        const person *p = &w->people[rng_below(r, w->set.people)];
        uint32_t who = rng_below(r, 2);
        account_event(w, world_office_time(w, day, r), 4724, p->account, p->sid, desk[who].name,
                      desk[who].sid, r);
    }
    /* The server's own test mailboxes get new passwords all day: routine. */
    for (uint32_t i = 0; i < 14; i++) {
        char name[32];
        snprintf(name, sizeof(name), "HealthMailbox%07x", 0xabc0000u + i);
        account_event(w, world_day(w, day) + (tc_time)(i * 40) * TC_SECOND, 4724, name,
                      "S-1-5-21-1004336348-1177238915-682003330-1999", "EX01$", "S-1-5-18", r);
    }
}

void directory_everyday(world *w)
{
    for (uint32_t day = 0; day < w->set.days; day++) {
        rng r = rng_for(w->set.seed, "directory", day);
        for (uint32_t i = 0; i < w->set.people; i++) {
            const person *p = &w->people[i];
            if (world_is_workday(w, day)) ticket(w, p, day, &r);
            if (rng_chance(&r, 1.0 / 90)) directory_change(w, p, world_office_time(w, day, &r), &r);
        }
        help_desk(w, day, &r);
    }
}
