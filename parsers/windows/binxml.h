/*
 * binxml: the binary XML of one record of a Windows event log, written out as XML text.
 *
 * Names and templates are shared by all records of a chunk (64 KiB) and reached by offsets that
 * count from its beginning, so a record is read with its chunk at hand. What is written is one
 * element as Windows itself renders it: values in their usual text, names checked, everything else
 * escaped, so that no value can become markup; an attribute or element whose optional value is
 * missing is left out or empty. Values of several items repeat their element.
 *
 * Everything in the chunk is hostile: offsets and counts are held against what they point into,
 * nesting against BINXML_DEPTH, and the text against the bound of `out`. Nothing is kept from
 * record to record.
 *
 * MS-EVEN6, section 2.2.12 (BinXml); J. Metz, "Windows XML Event Log (EVTX) format".
 */
#ifndef TC_WINDOWS_BINXML_H
#define TC_WINDOWS_BINXML_H

#include "parsers/base/arena.h"
#include "parsers/base/str.h"

typedef enum tc_binxml_result {
    TC_BINXML_WRITTEN,
    TC_BINXML_DAMAGED,  /* what was appended by then is worthless */
    TC_BINXML_TOO_LONG, /* beyond the bound of `out` */
    TC_BINXML_NO_MEMORY
} tc_binxml_result;

/* Appends the text of the binary XML in chunk[from, to), which is checked here. The arena is used
 * for what a template is filled with, and can be rewound behind the call. */
tc_binxml_result tc_binxml_write(tc_slice chunk, size_t from, size_t to, tc_arena *arena,
                                 tc_str *out) TC_MUST_USE;

#endif
