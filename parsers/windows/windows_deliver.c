#include "parsers/windows/windows_deliver.h"

#include "parsers/windows/windows_cmdlet.h"
#include "parsers/windows/windows_request.h"

TC_STATUS tc_windows_deliver(const tc_windows_schemas *schemas, const tc_names *names, tc_row *row,
                             tc_windows_found found, const tc_sink *sink)
{
    const tc_schema *schema = tc_windows_schema(schemas, row);
    if (schema == schemas->of[TC_WINDOWS_LOG_EXCHANGE]) tc_windows_read_cmdlet(row, schema, names);
    if (schema == schemas->of[TC_WINDOWS_LOG_IIS]) tc_windows_read_request(row);
    tc_event event = {.schema = schema,
                      .cells = row->cells,
                      .extra = row->extra,
                      .extra_count = row->extra_count,
                      .time = found.time,
                      .place = found.place,
                      .raw = found.raw,
                      .arena = row->arena};
    return sink->event(sink->context, &event);
}
