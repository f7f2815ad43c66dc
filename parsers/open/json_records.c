#include "parsers/open/json_items.h"

void tc_json_records_init(tc_json_records *records, const tc_json_state *state, tc_slice block,
                          size_t record_max, tc_ledger *ledger, const tc_sink *sink)
{
    *records = (tc_json_records){.block = block,
                                 .record_max = record_max,
                                 .column = state->column,
                                 .inlined = state->inlined,
                                 .ledger = ledger,
                                 .sink = sink};
}

static tc_json_items items_of(const tc_json_records *records)
{
    return (tc_json_items){records->block,      true,
                           records->record_max, records->counted,
                           records->column,     records->inlined};
}

static void book_rejected(tc_json_records *records, tc_reason reason, size_t length)
{
    tc_place place = {records->at, length, records->record++};
    tc_ledger_reject(records->ledger, tc_slice_sub(records->block, records->at, length));
    records->ledger->records.rejected[reason]++;
    if (records->sink && records->sink->reject) {
        records->sink->reject(records->sink->context, reason, place,
                              tc_slice_sub(records->block, records->at, length));
    }
    records->at += length;
}

/* The text of the object at records->at, whose column is known. One that begins a line ends before
 * the next such line, and reading it tells where; for others that is worked out here. False: it is
 * damaged, and booked. */
static bool object_text(tc_json_records *records, bool exact)
{
    tc_slice rest = tc_slice_sub(records->block, records->at, records->block.len);
    records->exact = exact;
    if (!exact) {
        size_t next = tc_json_leading_brace(rest, 0);
        records->text = tc_slice_sub(rest, 0, TC_MIN(next, records->record_max));
        return true;
    }
    tc_json_items x = items_of(records);
    tc_json_item item;
    tc_json_items_object(&x, records->at, &item);
    if (item.kind == TC_JSON_ITEM_OBJECT) {
        records->text = tc_slice_sub(rest, 0, item.end - item.from);
        return true;
    }
    book_rejected(records, item.reason, item.end - item.from);
    return false;
}

bool tc_json_records_next(tc_json_records *records)
{
    for (;;) {
        tc_json_items x = items_of(records);
        tc_json_item item;
        bool found = !tc_json_items_between(&x, records->at, &item);
        records->counted = x.counted;
        records->column = x.column;
        records->inlined = x.inlined;
        if (found) {
            if (object_text(records, x.column > 0)) return true;
        } else if (item.kind == TC_JSON_ITEM_BLANK) {
            records->ledger->bytes.blank += item.end - item.from;
            records->at = item.end;
        } else if (item.kind == TC_JSON_ITEM_DAMAGE) {
            book_rejected(records, item.reason, item.end - item.from);
        } else {
            return false;
        }
    }
}

tc_place tc_json_records_accept(tc_json_records *records, size_t length)
{
    tc_place place = {records->at, length, records->record++};
    records->ledger->bytes.parsed += length;
    records->ledger->records.accepted++;
    records->at += length;
    return place;
}

void tc_json_records_reject(tc_json_records *records, tc_reason reason, size_t length)
{
    book_rejected(records, reason, length);
}

void tc_json_records_broken(tc_json_records *records)
{
    if (!records->exact && !object_text(records, true)) return;
    book_rejected(records, TC_REASON_BAD_JSON, records->text.len);
}
