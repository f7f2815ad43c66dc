#include "parsers/windows/windows_deliver.h"

#include "parsers/windows/windows_adfs.h"
#include "parsers/windows/windows_cmdlet.h"
#include "parsers/windows/windows_message.h"
#include "parsers/windows/windows_request.h"

TC_STATUS tc_windows_deliver(const tc_windows_schemas *schemas, const tc_names *names, tc_row *row,
                             tc_windows_found found, const tc_sink *sink)
{
    tc_windows_log log = tc_windows_row_log(row);
    const tc_schema *schema = &schemas->of[log];
    if (log == TC_WINDOWS_LOG_EXCHANGE) tc_windows_read_cmdlet(row, schema, names);
    if (log == TC_WINDOWS_LOG_SECURITY || log == TC_WINDOWS_LOG_AUDITED_PROCESS)
        tc_windows_read_message(row, schema, names, tc_windows_number(row));
    if (log == TC_WINDOWS_LOG_ADFS_AUDIT || log == TC_WINDOWS_LOG_ADFS_LOGON)
        tc_windows_read_adfs(row, schema, names);
    if (log == TC_WINDOWS_LOG_IIS) tc_windows_read_request(row);
    tc_windows_copy_fields(log, row, schema, names);
    tc_event event = {.schema = schema,
                      .cells = row->cells,
                      .extra = row->extra,
                      .extra_count = row->extra_count,
                      .time = found.time,
                      .place = found.place,
                      .raw = found.raw,
                      .late = found.late,
                      .arena = row->arena};
    return sink->event(sink->context, &event);
}
