#include "parsers/audit/export_splunk.h"

#include "parsers/windows/windows_event.h"

enum { RANK_CIM = 1, RANK_PAIR };

static tc_slice named(const tc_row *row, const tc_export_record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++) {
        if (!tc_slice_equal(record->names[i], tc_slice_of(name))) continue;
        tc_value value = tc_cell_value(record->cells[i], row->arena);
        return value.kind == TC_KIND_STRING ? tc_slice_trim(value.text) : TC_EMPTY_SLICE;
    }
    return TC_EMPTY_SLICE;
}

static void set(tc_row *row, tc_field_static field, tc_slice text, uint8_t rank)
{
    text = tc_slice_trim(text);
    if (text.len > 0 && !tc_slice_equal(text, TC_LIT("-")))
        tc_row_set(row, tc_windows_column(field), tc_cell_text(text), rank);
}

static void read_pair(tc_row *row, tc_slice both, tc_field_static subject, tc_field_static target)
{
    tc_slice second, first = tc_slice_split(both, '\n', &second);
    if (!second.ptr || tc_slice_find(second, '\n') != TC_NPOS) return;
    set(row, subject, first, RANK_PAIR);
    set(row, target, second, RANK_PAIR);
}

static bool has_both(tc_slice number)
{
    static const char *const numbers[] = {"4720", "4722", "4723", "4724", "4725",
                                          "4726", "4738", "4740", "4767"};
    return tc_slice_is_one_of(number, numbers, TC_COUNT_OF(numbers));
}

void tc_export_read_splunk(tc_row *row, const tc_export_record *record)
{
    if (!has_both(named(row, record, "EventCode"))) return;
    read_pair(row, named(row, record, "Account_Name"), TC_FIELD_WE_SUBJECT_USER_NAME,
              TC_FIELD_WE_TARGET_USER_NAME);
    read_pair(row, named(row, record, "Account_Domain"), TC_FIELD_WE_SUBJECT_DOMAIN_NAME,
              TC_FIELD_WE_TARGET_DOMAIN_NAME);
    read_pair(row, named(row, record, "Security_ID"), TC_FIELD_WE_SUBJECT_USER_SID,
              TC_FIELD_WE_TARGET_SID);
    set(row, TC_FIELD_WE_SUBJECT_USER_NAME, named(row, record, "src_user"), RANK_CIM);
    set(row, TC_FIELD_WE_TARGET_USER_NAME, named(row, record, "user"), RANK_CIM);
}
