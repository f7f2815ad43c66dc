#include "parsers/windows/windows_labels.h"

#include "parsers/windows/windows_xml.h"
#include "tests/unit/parsers/event_run.h"

#include <criterion/criterion.h>
#include <strings.h>

static const tc_logsource_set *set_of(const char *channel, const char *provider, const char *number,
                                      const char *type)
{
    return &tc_windows_label_sets[tc_windows_log_of(tc_slice_of(channel), tc_slice_of(provider),
                                                    tc_slice_of(number), tc_slice_of(type))];
}

#define SYSMON "Microsoft-Windows-Sysmon/Operational"

static const struct {
    const char *channel, *provider, *number, *type;
    const char *service, *category, *more;
} cases[] = {
    {"Security", "", "4624", "", "security", NULL, NULL},
    {"security", "", "4688", "", "security", "process_creation", NULL},
    {"SYSTEM", "", "7045", "", "system", NULL, NULL},
    {"AD FS/Admin", "", "411", "", "adfs", "adfs_logon", NULL},
    {"AD FS/Admin", "", "364", "", "adfs", NULL, NULL},
    {"windows powershell", "", "400", "", "powershell-classic", "ps_classic_start", NULL},
    {"PowerShellCore/Operational", "", "4104", "", "powershell", "ps_script", NULL},
    {SYSMON, "", "1", "", "sysmon", "process_creation", NULL},
    {SYSMON, "", "12", "CreateKey", "sysmon", "registry_add", "registry_event"},
    {SYSMON, "", "12", "DeleteValue", "sysmon", "registry_delete", "registry_event"},
    {SYSMON, "", "12", "", "sysmon", "registry_event", NULL},
    {SYSMON, "", "13", "SetValue", "sysmon", "registry_set", "registry_event"},
    {SYSMON, "", "255", "", "sysmon", "sysmon_error", NULL},
    {SYSMON, "", "256", "", "sysmon", NULL, NULL},
    {SYSMON, "", "", "", "sysmon", NULL, NULL},
    {"", "Microsoft-Windows-Sysmon", "3", "", "sysmon", "network_connection", NULL},
    {"", "AD FS Auditing", "1203", "", "security", "adfs_logon", NULL},
    /* A channel says more than who wrote to it. */
    {"Application", "AD FS Auditing", "1", "", "application", NULL, NULL},
    {"Securit", "", "4688", "", NULL, NULL, NULL},
    {"Security2", "", "4688", "", NULL, NULL, NULL},
    {"", "", "4688", "", NULL, NULL, NULL},
};

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

Test(windows_labels, channels_and_numbers_are_the_logs_that_rules_name)
{
    for (size_t i = 0; i < TC_COUNT_OF(cases); i++) {
        const tc_logsource_set *set =
            set_of(cases[i].channel, cases[i].provider, cases[i].number, cases[i].type);
        cr_expect_eq(set->count, cases[i].more ? 2 : 1, "case %zu", i);
        cr_expect(same(set->labels[0].service, cases[i].service), "case %zu", i);
        cr_expect(same(set->labels[0].category, cases[i].category), "case %zu", i);
        cr_expect(!cases[i].more || same(set->labels[1].category, cases[i].more), "case %zu", i);
        for (size_t l = 0; l < set->count; l++)
            cr_expect_str_eq(set->labels[l].product, "windows");
    }
}

/* They are searched by halves: out of order, some would never be found. */
Test(windows_labels, channels_and_numbers_are_sorted)
{
    static const char *const channels[] = {
#define TC_WINDOWS_CHANNEL(channel, log) channel,
#include "parsers/windows/windows_labels.def"
    };
    static const unsigned numbers[] = {
#define TC_WINDOWS_NUMBER(log, number, type, is) number,
#include "parsers/windows/windows_labels.def"
    };
    static const tc_windows_log logs[] = {
#define TC_WINDOWS_NUMBER(log, number, type, is) TC_WINDOWS_LOG_##log,
#include "parsers/windows/windows_labels.def"
    };
    static const char *const types[] = {
#define TC_WINDOWS_NUMBER(log, number, type, is) type,
#include "parsers/windows/windows_labels.def"
    };
    for (size_t i = 1; i < TC_COUNT_OF(channels); i++)
        cr_expect_lt(strcasecmp(channels[i - 1], channels[i]), 0, "%s", channels[i]);
    for (size_t i = 1; i < TC_COUNT_OF(numbers); i++) {
        cr_expect_leq(numbers[i - 1], numbers[i]);
        cr_expect(numbers[i - 1] < numbers[i] || types[i - 1] || logs[i - 1] != logs[i], "%u",
                  numbers[i]);
    }
}

#define EVENT(channel, number, data)                                                               \
    "<Event><System><EventID>" number "</EventID><Channel>" channel                                \
    "</Channel></System><EventData>" data "</EventData></Event>"

Test(windows_labels, rules_of_a_category_find_the_fields_they_ask_for)
{
    static const char *const asked[] = {"Image", "ParentImage", "Signature", NULL};
    tc_event_run run = {.parser = &tc_parser_windows_xml, .names = asked};
    tc_event_run_text(&run, TC_LIT(EVENT("Security", "4688",
                                         "<Data Name='NewProcessName'>C:\\a.exe</Data>"
                                         "<Data Name='ParentProcessName'>b.exe</Data>")
                                       EVENT("Microsoft-Windows-Windows Defender/Operational",
                                             "1116", "<Data Name='Threat Name'>Mimi</Data>")));
    cr_expect(tc_event_run_has(&run, " Image=text:C:"), "%s", run.text.data);
    cr_expect(tc_event_run_has(&run, " ParentImage=text:b.exe"));
    cr_expect(tc_event_run_has(&run, " Signature=text:Mimi"));
    tc_event_run_done(&run);
    run = (tc_event_run){.parser = &tc_parser_windows_xml, .names = asked};
    tc_event_run_text(
        &run, TC_LIT(EVENT("System", "4688", "<Data Name='NewProcessName'>C:\\a.exe</Data>")));
    cr_expect(!tc_event_run_has(&run, " Image="), "%s", run.text.data);
    tc_event_run_done(&run);
}
