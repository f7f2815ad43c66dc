#include "parsers/windows/windows_renamed.h"

#include "parsers/windows/windows_event.h"

/* What the names are in an event. */
typedef enum group {
    LOGON = 1,    /* user: who logs on */
    KERBEROS = 2, /* the same, whose id is TargetSid */
    ACCOUNT = 4,  /* user acts upon user.target */
    CLIENT = 8,   /* source: where from */
    PROCESS = 16  /* ... and through which program */
} group;

static const struct {
    uint16_t number;
    uint8_t groups;
} events[] = {
    {4624, LOGON | CLIENT | PROCESS},
    {4625, LOGON | CLIENT | PROCESS},
    {4648, LOGON | CLIENT | PROCESS},
    {4720, ACCOUNT},
    {4722, ACCOUNT},
    {4723, ACCOUNT},
    {4724, ACCOUNT},
    {4725, ACCOUNT},
    {4726, ACCOUNT},
    {4738, ACCOUNT},
    {4740, ACCOUNT},
    {4767, ACCOUNT},
    {4768, KERBEROS | CLIENT},
    {4769, LOGON | CLIENT},
    {4770, LOGON | CLIENT},
    {4771, KERBEROS | CLIENT},
    {4776, LOGON},
};

static const struct {
    uint8_t groups, name;
    tc_field_static field;
} fields[] = {
    {LOGON | KERBEROS, TC_WINDOWS_USER_NAME, TC_FIELD_WE_TARGET_USER_NAME},
    {LOGON | KERBEROS, TC_WINDOWS_USER_DOMAIN, TC_FIELD_WE_TARGET_DOMAIN_NAME},
    {LOGON, TC_WINDOWS_USER_ID, TC_FIELD_WE_TARGET_USER_SID},
    {KERBEROS, TC_WINDOWS_USER_ID, TC_FIELD_WE_TARGET_SID},
    {ACCOUNT, TC_WINDOWS_USER_NAME, TC_FIELD_WE_SUBJECT_USER_NAME},
    {ACCOUNT, TC_WINDOWS_USER_DOMAIN, TC_FIELD_WE_SUBJECT_DOMAIN_NAME},
    {ACCOUNT, TC_WINDOWS_USER_ID, TC_FIELD_WE_SUBJECT_USER_SID},
    {ACCOUNT, TC_WINDOWS_USER_TARGET_NAME, TC_FIELD_WE_TARGET_USER_NAME},
    {ACCOUNT, TC_WINDOWS_USER_TARGET_DOMAIN, TC_FIELD_WE_TARGET_DOMAIN_NAME},
    {ACCOUNT, TC_WINDOWS_USER_TARGET_ID, TC_FIELD_WE_TARGET_SID},
    {CLIENT, TC_WINDOWS_SOURCE_IP, TC_FIELD_WE_IP_ADDRESS},
    {CLIENT, TC_WINDOWS_SOURCE_PORT, TC_FIELD_WE_IP_PORT},
    {PROCESS, TC_WINDOWS_SOURCE_DOMAIN, TC_FIELD_WE_WORKSTATION_NAME},
    {PROCESS, TC_WINDOWS_EXECUTABLE, TC_FIELD_WE_PROCESS_NAME},
};

static uint8_t groups_of(const tc_row *row)
{
    uint64_t number;
    tc_windows_log log = tc_windows_row_log(row);
    if (log != TC_WINDOWS_LOG_SECURITY || !tc_slice_to_u64(tc_windows_number(row), &number))
        return 0;
    for (size_t i = 0; i < TC_COUNT_OF(events); i++)
        if (events[i].number == number) return events[i].groups;
    return 0;
}

void tc_windows_renamed_note(tc_windows_renamed *renamed, tc_windows_renamed_name name,
                             tc_cell cell)
{
    if (renamed->cells[name].form == TC_FORM_MISSING) renamed->cells[name] = cell;
}

tc_slice tc_windows_renamed_fill(const tc_windows_renamed *renamed, tc_row *row)
{
    uint8_t groups = groups_of(row);
    for (size_t i = 0; i < TC_COUNT_OF(fields); i++) {
        tc_cell cell = renamed->cells[fields[i].name];
        if ((fields[i].groups & groups) && cell.form != TC_FORM_MISSING)
            tc_row_set(row, tc_windows_column(fields[i].field), cell, TC_WINDOWS_RANK_HINT);
    }
    tc_value said = tc_cell_value(renamed->cells[TC_WINDOWS_SAID_OUTCOME], row->arena);
    return said.kind == TC_KIND_STRING ? said.text : TC_EMPTY_SLICE;
}
