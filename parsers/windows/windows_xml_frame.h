/*
 * windows_xml_frame: a stream of <Event> elements, cut into its elements.
 *
 * Elements stand one after the other, with or without a root of any name; blanks, the root's tags,
 * the XML declaration and remarks between them are structure, and so are a few lines of text
 * without a tag before one ("Record 22", the banner of a converter); everything else is garbage. An
 * element reaches to the first </Event> behind it, unless first another <Event> begins, or it
 * becomes longer than record_max, or the input ends: then it is damaged, and costs the bytes up to
 * the next <Event>. A CDATA section that holds the tag of an event is damage as well, up to the
 * next <Event> behind the section: what somebody managed to write into a value never becomes an
 * event. Whether what stands between the tags is well-formed decides nothing here.
 */
#ifndef TC_WINDOWS_XML_FRAME_H
#define TC_WINDOWS_XML_FRAME_H

#include "parsers/parser.h"

/* What the reading of one block leaves to the next; begins zeroed. Part of a carry. */
typedef struct tc_windows_xml_state {
    bool skipping; /* inside a damaged element */
    uint8_t reason;
    uint32_t clear_from; /* no CDATA section ends from this offset */
    uint32_t clear_to;   /* to this */
} tc_windows_xml_state;

void tc_windows_xml_cut(tc_windows_xml_state *state, tc_slice bytes, bool last, size_t record_max,
                        tc_frame *ret);

void tc_windows_xml_visit(tc_windows_xml_state *state, tc_visit *visit);

/* A walk over the elements of one block, booking everything that is none. */
typedef struct tc_windows_elements {
    tc_slice block;
    size_t record_max;
    size_t at;
    size_t clear_from; /* no CDATA section ends from this offset */
    size_t clear_to;   /* to this */
    tc_slice text;     /* the current element */
    uint64_t record;
    tc_ledger *ledger;
    const tc_sink *sink; /* NULL: nobody is told */
} tc_windows_elements;

void tc_windows_elements_init(tc_windows_elements *elements, tc_slice block, size_t record_max,
                              tc_ledger *ledger, const tc_sink *sink);
/* Goes to the next element; false at the end of the block. The caller then says one of the
 * following. */
bool tc_windows_elements_next(tc_windows_elements *elements);
tc_place tc_windows_elements_accept(tc_windows_elements *elements);
void tc_windows_elements_reject(tc_windows_elements *elements, tc_reason reason);
/* Of bytes from anywhere in a source: whether one of their first elements is a record. */
bool tc_windows_elements_find(tc_slice bytes, size_t record_max,
                              bool (*is_record)(void *context, tc_slice element), void *context);

/* Where the first <Event> of a head begins, if nothing but structure stands before it; else
 * TC_NPOS. */
size_t tc_windows_xml_opening(tc_slice head);
/* Where the next <Event> begins, from `from` on; TC_NPOS if none is in sight. */
size_t tc_windows_event_start(tc_slice bytes, size_t from);

#endif
