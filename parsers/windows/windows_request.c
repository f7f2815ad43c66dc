#include "parsers/windows/windows_request.h"

void tc_windows_read_request(tc_row *row)
{
    const uint16_t first = tc_windows_column(TC_FIELD_W3C_DATE),
                   last = tc_windows_column(TC_FIELD_ORIGINAL_IP),
                   computer = tc_windows_column(TC_FIELD_S_COMPUTERNAME);
    for (uint16_t column = first; column <= last; column++) {
        const tc_cell *cell = &row->cells[column];
        if (column == computer) continue;
        bool text = cell->form == TC_FORM_TEXT || cell->form == TC_FORM_XML ||
                    cell->form == TC_FORM_JSON_STRING;
        if (text && cell->len == 1 && cell->ptr[0] == '-')
            tc_row_set(row, column, (tc_cell){cell->ptr, 1, TC_FORM_NULL}, UINT8_MAX);
    }
    const tc_cell *host = &row->cells[computer];
    if (host->form == TC_FORM_MISSING || (host->len == 1 && host->ptr[0] == '-'))
        tc_row_set(row, computer, row->cells[tc_windows_column(TC_FIELD_WE_COMPUTER)], UINT8_MAX);
}
