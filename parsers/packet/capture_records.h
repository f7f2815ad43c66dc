/*
 * capture_records: the packets of one capture, out of bytes as they come.
 *
 * Reads records where they lie (capture_file.h), and keeps the beginning of one that has not come
 * whole: at most TC_CAPTURE_RECORD_MAX bytes, and what it needs. A capture that grows may rest
 * between any two bytes; what was known of its format at a place can be saved, also when reading
 * has gone on from there, so that another process goes on at the same place of the same file, as
 * long as no other section has begun in between.
 */
#ifndef TC_PACKET_CAPTURE_RECORDS_H
#define TC_PACKET_CAPTURE_RECORDS_H

#include "parsers/base/visit.h"
#include "parsers/packet/capture_file.h"

typedef struct tc_capture_records {
    tc_capture_file file;
    uint8_t *window; /* a record that has not come whole */
    size_t length, capacity;
} tc_capture_records;

/* What changes of the format from record to record, between two of them or within one that is
 * passed over. */
typedef struct tc_capture_place {
    size_t interfaces; /* that were described before it */
    uint64_t skip;     /* bytes of a passed block that come behind it */
    bool broken;
} tc_capture_place;

/* Zeroed before. */
void tc_capture_records_begin(tc_capture_records *records);
void tc_capture_records_done(tc_capture_records *records);
/* The next record; *in is advanced. TC_CAPTURE_MORE: all of it was taken. The packet's bytes live
 * until the next call, and as long as those of *in. */
tc_capture_step tc_capture_records_next(tc_capture_records *records, tc_slice *in,
                                        tc_packet *ret_packet);
/* Something has begun that is not whole. */
bool tc_capture_records_half(const tc_capture_records *records);
/* A record is known to begin here: whatever was being read is not. False: nothing was, and the
 * capture was sound so far. */
bool tc_capture_records_mend(tc_capture_records *records);
/* Where reading stands: before what is kept of a record that has not come whole. */
tc_capture_place tc_capture_records_place(const tc_capture_records *records);
/* Within the caller's section: what was known of the format at the place, and no record. Loaded
 * into records that have begun, which then stand at *place. */
void tc_capture_records_visit(tc_capture_records *records, tc_capture_place *place,
                              tc_visit *visit);

#endif
