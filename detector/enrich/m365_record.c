#include "detector/enrich/m365_record.h"

/* NAME (ADDRESS), also within brackets: cuts off the name. False if the text is not of that form.
 */
static bool split_named(tc_slice text, tc_slice *ret_name, tc_slice *ret_address)
{
    size_t open = tc_slice_find(text, '('), close = tc_slice_rfind(text, ')');
    if (open == TC_NPOS || close == TC_NPOS || close < open) return false;
    *ret_address = tc_slice_trim(tc_slice_sub(text, open + 1, close - open - 1));
    *ret_name = tc_slice_trim(tc_slice_sub(text, 0, open));
    if (tc_slice_starts(*ret_name, TC_LIT("["))) *ret_name = tc_slice_sub(*ret_name, 1, TC_NPOS);
    return true;
}

tc_slice tc_m365_address(const tc_event *event)
{
    tc_slice name, address;
    if (split_named(tc_worker_field(event, TC_FIELD_CLIENT_IP_ADDRESS), &name, &address))
        return address;
    return tc_worker_field(event, TC_FIELD_CLIENT_IP);
}

/* Some exports write the name of a record's type, others its number. */
static tc_slice record_type(tc_slice written)
{
    static const struct {
        const char *number, *name;
    } types[] = {
        {"1", "ExchangeAdmin"},
        {"2", "ExchangeItem"},
        {"3", "ExchangeItemGroup"},
        {"4", "SharePoint"},
        {"6", "SharePointFileOperation"},
        {"8", "AzureActiveDirectory"},
        {"9", "AzureActiveDirectoryAccountLogon"},
        {"15", "AzureActiveDirectoryStsLogon"},
        {"18", "SecurityComplianceCenterEOPCmdlet"},
        {"22", "Yammer"},
        {"25", "MicrosoftTeams"},
        {"28", "ThreatIntelligence"},
        {"40", "SecurityComplianceAlerts"},
        {"50", "ExchangeItemAggregated"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(types); i++)
        if (tc_slice_equal(written, tc_slice_of(types[i].number)))
            return tc_slice_of(types[i].name);
    return written;
}

tc_slice tc_m365_type(const tc_event *event)
{
    return record_type(tc_worker_field(event, TC_FIELD_RECORD_TYPE));
}

bool tc_m365_is_person(tc_slice user)
{
    tc_name name;
    tc_name_normalise(user, &name);
    return name.form == TC_NAME_SMTP;
}

void tc_m365_set_ecs(const tc_ecs *e)
{
    tc_slice name, address;
    tc_ecs_source(e, tc_m365_address(e->event), TC_EMPTY_SLICE);
    tc_ecs_text(e, TC_FIELD_EVENT_CODE, tc_m365_type(e->event));
    if (!split_named(tc_ecs_native(e, TC_FIELD_ORIGINATING_SERVER), &name, &address)) return;
    tc_ecs_host(e, name);
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, address);
}
