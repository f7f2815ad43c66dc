/*
 * record_id: what a record is, told from what it says and not from how it was carried.
 *
 * Order within an instant, the ids of alerts and the search for copies rest on this number. It is a
 * content hash (base/hash.h), equal in every run and place. A format whose records have a number of
 * their own, or columns that tell them apart, puts it together of these: then the record is one in
 * whatever file, quoting or shipper's format it arrives. Every other record is its line.
 */
#ifndef TC_EVENT_RECORD_ID_H
#define TC_EVENT_RECORD_ID_H

#include "parsers/event/event.h"

/* The record that is nothing but its bytes: without a byte order mark before and line ends behind
 * them. */
uint64_t tc_record_id_of_line(tc_slice raw);

/* Of parts: the kind of record first, so that no two kinds meet. */
uint64_t tc_record_id_begin(const char *kind);
uint64_t tc_record_id_add(uint64_t id, tc_slice text);
/* A name: the case of ASCII letters and blanks around it do not count, nor what stands behind
 * TC_RECORD_ID_NAME_MAX bytes. */
#define TC_RECORD_ID_NAME_MAX 256
uint64_t tc_record_id_add_name(uint64_t id, tc_slice name);
uint64_t tc_record_id_add_number(uint64_t id, uint64_t number);

#endif
