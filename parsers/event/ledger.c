#include "parsers/event/ledger.h"

static const struct {
    const char *key;
    const char *text;
} reasons[TC_REASON_COUNT] = {
#define TC_REASON(constant, key, explanation) [TC_REASON_##constant] = {key, explanation},
#include "parsers/event/reasons.def"
#undef TC_REASON
};

const char *tc_reason_key(tc_reason reason)
{
    TC_ASSERT((unsigned)reason < TC_REASON_COUNT);
    return reasons[reason].key;
}

const char *tc_reason_text(tc_reason reason)
{
    TC_ASSERT((unsigned)reason < TC_REASON_COUNT);
    return reasons[reason].text;
}

void tc_ledger_reject(tc_ledger *ledger, tc_slice bytes)
{
    uint64_t nuls = 0, feeds = 0, returns = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        nuls += bytes.ptr[i] == 0;
        feeds += bytes.ptr[i] == '\n';
        returns += bytes.ptr[i] == '\r';
    }
    ledger->bytes.rejected += bytes.len;
    ledger->within.nuls += nuls;
    ledger->within.feeds += feeds;
    ledger->within.returns += returns;
}

void tc_ledger_add(tc_ledger *sum, const tc_ledger *part)
{
    sum->bytes.read += part->bytes.read;
    sum->bytes.parsed += part->bytes.parsed;
    sum->bytes.header += part->bytes.header;
    sum->bytes.blank += part->bytes.blank;
    sum->bytes.rejected += part->bytes.rejected;
    sum->bytes.pending += part->bytes.pending;
    sum->within.nuls += part->within.nuls;
    sum->within.feeds += part->within.feeds;
    sum->within.returns += part->within.returns;
    sum->records.accepted += part->records.accepted;
    sum->records.header += part->records.header;
    sum->records.blank += part->records.blank;
    sum->events.delivered += part->events.delivered;
    sum->events.duplicate += part->events.duplicate;
    sum->events.late += part->events.late;
    for (size_t i = 0; i < TC_REASON_COUNT; i++) {
        sum->records.rejected[i] += part->records.rejected[i];
        sum->events.filtered[i] += part->events.filtered[i];
    }
}

static uint64_t total(const uint64_t counts[TC_REASON_COUNT])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < TC_REASON_COUNT; i++)
        sum += counts[i];
    return sum;
}

uint64_t tc_ledger_rejected(const tc_ledger *ledger)
{
    return total(ledger->records.rejected);
}

uint64_t tc_ledger_filtered(const tc_ledger *ledger)
{
    return total(ledger->events.filtered);
}

/* "Records seen" is no counter of its own, so the second book is held against the first: a record
 * of any fate stands in at least one byte of the same fate. */
static bool records_have_bytes(const tc_ledger *ledger)
{
    return ledger->records.accepted <= ledger->bytes.parsed &&
           ledger->records.header <= ledger->bytes.header &&
           ledger->records.blank <= ledger->bytes.blank &&
           tc_ledger_rejected(ledger) <= ledger->bytes.rejected;
}

bool tc_ledger_balanced(const tc_ledger *ledger)
{
    uint64_t bytes = ledger->bytes.parsed + ledger->bytes.header + ledger->bytes.blank +
                     ledger->bytes.rejected + ledger->bytes.pending;
    uint64_t events = ledger->events.delivered + ledger->events.duplicate + ledger->events.late +
                      tc_ledger_filtered(ledger);
    return ledger->bytes.read == bytes && records_have_bytes(ledger) &&
           ledger->records.accepted == events;
}
