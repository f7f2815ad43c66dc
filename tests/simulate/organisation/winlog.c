#include "tests/simulate/organisation/winlog.h"

static void add_text(tc_str *out, const char *s)
{
    tc_str_add_byte(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') tc_str_add_byte(out, '\\');
        tc_str_add_byte(out, (uint8_t)*s);
    }
    tc_str_add_byte(out, '"');
}

static void add_head(org *o, tc_str *out, tc_time t, const char *host, const char *channel,
                     const char *provider, int id, const char *outcome)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(out, "{\"@timestamp\":\"%s\",\"event\":{\"code\":\"%d\",\"kind\":\"event\",",
                tc_time_format_ms(t, time), id);
    tc_str_addf(out, "\"outcome\":\"%s\",\"provider\":\"%s\"},\"host\":{\"name\":\"%s.%s\"},",
                outcome, provider, host, o->t.ad_domain);
    tc_str_addf(out, "\"winlog\":{\"api\":\"wineventlog\",\"channel\":\"%s\",", channel);
    tc_str_addf(out,
                "\"computer_name\":\"%s.%s\",\"provider_name\":\"%s\",\"record_id\":%" PRIu64 ",",
                host, o->t.ad_domain, provider, 7000000 + o->serial++);
    tc_str_addf(out, o->t.winlog_text_ids ? "\"event_id\":\"%d\"," : "\"event_id\":%d,", id);
    tc_str_addf(out, "\"keywords\":[\"%s\"],\"event_data\":{",
                strcmp(channel, "Security") != 0  ? "Classic"
                : strcmp(outcome, "success") == 0 ? "Audit Success"
                                                  : "Audit Failure");
}

static void add_pairs(tc_str *out, const pair *data, size_t count)
{
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (data[i].value == NULL) continue;
        if (!first) tc_str_add_byte(out, ',');
        first = false;
        tc_str_addf(out, "\"%s\":", data[i].name);
        add_text(out, data[i].value);
    }
}

static bool finish(org *o, tc_str *out, tc_time t, const char *message, log_kind kind,
                   uint32_t host)
{
    tc_str_addf(out, "}},\"message\":");
    add_text(out, message);
    tc_str_addf(out,
                ",\"agent\":{\"type\":\"winlogbeat\",\"version\":\"%s\"},"
                "\"ecs\":{\"version\":\"%s\"}}",
                o->t.winlog_text_ids ? "8.9.0" : "7.12.1",
                o->t.winlog_text_ids ? "8.0.0" : "1.8.0");
    return sink_end(o->sink, t, kind, host);
}

subject winlog_person(const org *o, const person *m, char path[128])
{
    snprintf(path, 128, "%s/Staff/%s %s", o->t.ad_domain, m->given, m->family);
    return (subject){m->sam, m->sid, path};
}

bool winlog_logon(org *o, tc_time t, uint32_t host, const char *name, const char *sid,
                  const char *ip, const char *sub)
{
    tc_str *out = sink_begin(o->sink);
    const char *server = files_host(LOG_SERVER, host);
    char machine[16], port[8];
    rng r = org_rng(o, "logon", o->serial);
    snprintf(machine, sizeof(machine), "%s$", server);
    snprintf(port, sizeof(port), "%u", 1024 + rng_below(&r, 60000));
    bool known = o->t.client_in_logons && o->t.front == FRONT_DIRECT;
    const pair data[] = {{"SubjectUserSid", "S-1-5-18"},
                         {"SubjectUserName", machine},
                         {"SubjectDomainName", o->t.nt_domain},
                         {"SubjectLogonId", "0x3e7"},
                         {"TargetUserSid", sub ? "S-1-0-0" : sid},
                         {"TargetUserName", name},
                         {"TargetDomainName", sub ? "" : o->t.nt_domain},
                         {"Status", sub ? "0xc000006d" : NULL},
                         {"SubStatus", sub},
                         {"LogonType", "8"},
                         {"LogonProcessName", "Advapi  "},
                         {"AuthenticationPackageName", "Negotiate"},
                         {"WorkstationName", server},
                         {"ProcessName", "C:\\Windows\\System32\\inetsrv\\w3wp.exe"},
                         {"IpAddress", known ? ip : "-"},
                         {"IpPort", known ? port : "-"}};
    add_head(o, out, t, server, "Security", "Microsoft-Windows-Security-Auditing",
             sub ? 4625 : 4624, sub ? "failure" : "success");
    add_pairs(out, data, TC_COUNT_OF(data));
    return finish(o, out, t, sub ? "An account failed to log on." : "An account was logged on.",
                  LOG_SERVER, host);
}

static bool account_event(org *o, tc_time t, int id, const pair *data, size_t count)
{
    tc_str *out = sink_begin(o->sink);
    uint32_t host = (uint32_t)(t / TC_HOUR) % o->t.controllers;
    add_head(o, out, t, files_host(LOG_CONTROLLER, host), "Security",
             "Microsoft-Windows-Security-Auditing", id, "success");
    add_pairs(out, data, count);
    return finish(o, out, t, "A user account event.", LOG_CONTROLLER, host);
}

bool winlog_account(org *o, tc_time t, int id, const char *target, const char *target_sid,
                    const char *by, const char *by_sid)
{
    char set[TC_TIME_TEXT];
    tc_time_format_human(t, set);
    const pair data[] = {
        {"TargetUserName", target},    {"TargetDomainName", id == 4740 ? "MX01" : o->t.nt_domain},
        {"TargetSid", target_sid},     {"SubjectUserSid", by_sid},
        {"SubjectUserName", by},       {"SubjectDomainName", o->t.nt_domain},
        {"SubjectLogonId", "0x51c07"}, {"PrivilegeList", id == 4723 ? "-" : NULL}};
    bool kept = account_event(o, t, id, data, TC_COUNT_OF(data));
    if (id != 4724 && id != 4723) return kept;
    const pair changed[] = {{"Dummy", "-"},
                            {"TargetUserName", target},
                            {"TargetDomainName", o->t.nt_domain},
                            {"TargetSid", target_sid},
                            {"SubjectUserSid", by_sid},
                            {"SubjectUserName", by},
                            {"SubjectDomainName", o->t.nt_domain},
                            {"SubjectLogonId", "0x51c07"},
                            {"PasswordLastSet", set},
                            {"SamAccountName", "-"}};
    (void)account_event(o, t + 12000000, 4738, changed, TC_COUNT_OF(changed));
    return kept;
}

bool winlog_cmdlet(org *o, tc_time t, const char *cmdlet, const char *parameters, subject by,
                   const char *application)
{
    char message[1024];
    uint32_t host = (uint32_t)(t / TC_MINUTE) % o->t.front_ends;
    tc_str *out = sink_begin(o->sink);
    snprintf(message, sizeof(message), "Cmdlet suceeded. Cmdlet %s, parameters %s.", cmdlet,
             parameters);
    const pair data[] = {{"param1", cmdlet},
                         {"param2", parameters},
                         {"param3", by.path},
                         {"param4", by.sid},
                         {"param5", by.sid},
                         {"param6", application},
                         {"param7", "5120 w3wp#MSExchangePowerShellAppPool"},
                         {"param9", "31"},
                         {"param10", "00:00:00.2188064"},
                         {"param18", "False"},
                         {"param27", "en-US"}};
    add_head(o, out, t, files_host(LOG_SERVER, host), "MSExchange Management",
             "MSExchange CmdletLogs", 1, "success");
    add_pairs(out, data, TC_COUNT_OF(data));
    return finish(o, out, t, message, LOG_SERVER, host);
}

bool winlog_other(org *o, tc_time t, uint32_t host, const char *channel, const char *provider,
                  int id, const pair *data, size_t count)
{
    tc_str *out = sink_begin(o->sink);
    add_head(o, out, t, files_host(LOG_SERVER, host), channel, provider, id, "success");
    add_pairs(out, data, count);
    return finish(o, out, t, "An event.", LOG_SERVER, host);
}
