/*
 * ledger: the three books of a source, which add up exactly.
 *
 *   bytes.read     = bytes.parsed + bytes.header + bytes.blank + bytes.rejected + bytes.pending
 *   records seen   = accepted + header + blank + sum(rejected)
 *   accepted       = delivered + duplicate + late + sum(events filtered)
 *
 * What is within rejected bytes tells one damaged record from many: how many lines they are, and
 * what of them is NUL bytes, in which nothing can be lost any more.
 *
 * Plain counters: one ledger per block, added up by whoever owns the source (tc_ledger_add).
 */
#ifndef TC_EVENT_LEDGER_H
#define TC_EVENT_LEDGER_H

#include "parsers/base/slice.h"

typedef enum tc_reason {
#define TC_REASON(constant, key, explanation) TC_REASON_##constant,
#include "parsers/event/reasons.def"
#undef TC_REASON
    TC_REASON_COUNT
} tc_reason;

typedef struct tc_ledger {
    struct {
        uint64_t read, parsed, header, blank, rejected, pending;
    } bytes;
    struct {
        uint64_t nuls, feeds, returns; /* bytes of rejected that are NUL, LF and CR */
    } within;
    struct {
        uint64_t accepted, header, blank;
        uint64_t rejected[TC_REASON_COUNT];
    } records;
    struct {
        uint64_t delivered, duplicate, late;
        uint64_t filtered[TC_REASON_COUNT];
    } events;
} tc_ledger;

const char *tc_reason_key(tc_reason reason);
const char *tc_reason_text(tc_reason reason);
/* Books these bytes as rejected, and what is within them; the record is counted by the caller. */
void tc_ledger_reject(tc_ledger *ledger, tc_slice bytes);
void tc_ledger_add(tc_ledger *sum, const tc_ledger *part);
uint64_t tc_ledger_rejected(const tc_ledger *ledger);
uint64_t tc_ledger_filtered(const tc_ledger *ledger);
/* True if the three books add up. Records seen are not counted apart; of the second book it is
 * checked that no fate has more records than bytes. */
bool tc_ledger_balanced(const tc_ledger *ledger);

#endif
