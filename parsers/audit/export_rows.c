#include "parsers/audit/export_rows.h"

tc_slice tc_export_field(const tc_export *format, tc_slice written)
{
    for (const tc_export_name *n = format->names; n && n->written; n++)
        if (tc_slice_equal_ascii(written, tc_slice_of(n->written))) return tc_slice_of(n->field);
    return written;
}

bool tc_export_has_all(const tc_export *format, const tc_slice *written, size_t count)
{
    for (size_t i = 0; format->required[i]; i++) {
        size_t at = 0;
        while (at < count && !tc_slice_equal_ascii(written[at], tc_slice_of(format->required[i])))
            at++;
        if (at == count) return false;
    }
    return true;
}

static bool is_of(const tc_export *format, tc_slice *names, size_t *count)
{
    if (format->recognise) return format->recognise(names, count);
    if (!tc_export_has_all(format, names, *count)) return false;
    for (size_t i = 0; i < *count && !format->windows; i++)
        names[i] = tc_export_field(format, names[i]);
    return true;
}

bool tc_export_names(const tc_export *format, tc_slice line, tc_arena *arena,
                     tc_slice names[TC_EXPORT_COLUMNS], size_t *ret_count, uint8_t *ret_separator)
{
    static const uint8_t separators[] = {TC_TABLE_SEPARATORS};
    for (size_t s = 0; s < sizeof separators; s++) {
        if (!tc_table_names(line, separators[s], arena, names, ret_count)) continue;
        if (!is_of(format, names, ret_count)) continue;
        *ret_separator = separators[s];
        return true;
    }
    return false;
}
