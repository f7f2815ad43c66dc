/*
 * xml_reader: one XML element (XML 1.0), read tag by tag, no tree.
 *
 * For the elements that log formats write: tags must nest and close, names may have prefixes
 * (which are dropped), attributes may come in either quotes. Comments and processing instructions
 * are passed over; a document type is refused, and with it all entities but the predefined and the
 * numeric ones, which are decoded when a cell is asked for (TC_FORM_XML). Depth is bounded by
 * TC_XML_DEPTH. The reader never allocates and never reads past its slice; after an error it says
 * so and nothing advances.
 */
#ifndef TC_OPEN_XML_READER_H
#define TC_OPEN_XML_READER_H

#include "parsers/event/cell.h"

#define TC_XML_DEPTH 32

typedef enum tc_xml_type {
    TC_XML_OPEN,  /* a start tag; if `empty`, no end tag will come */
    TC_XML_CLOSE, /* an end tag */
    TC_XML_TEXT,  /* character data up to the next tag */
    TC_XML_END    /* nothing is left, and every tag is closed */
} tc_xml_type;

typedef struct tc_xml_token {
    tc_xml_type type;
    tc_slice name;       /* of a tag, without its prefix */
    tc_slice attributes; /* of a start tag: see tc_xml_attribute */
    bool empty;
    tc_cell text;
} tc_xml_token;

typedef struct tc_xml {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t depth;
    bool failed;
    tc_slice open[TC_XML_DEPTH]; /* full names of the open tags */
} tc_xml;

void tc_xml_init(tc_xml *r, tc_slice text);
/* The next token; false on an error. */
bool tc_xml_next(tc_xml *r, tc_xml_token *ret) TC_MUST_USE;
/* The next token that is not text; false on an error. */
bool tc_xml_next_tag(tc_xml *r, tc_xml_token *ret) TC_MUST_USE;
/* Behind a start tag that is not empty: its text, up to and with its end tag. False if the element
 * holds other elements, or on an error; *ret_inner is then the first of them, already opened. */
bool tc_xml_leaf(tc_xml *r, tc_cell *ret_text, tc_xml_token *ret_inner) TC_MUST_USE;
/* Behind a start tag that is not empty: passes over everything up to and with its end tag. False on
 * an error. */
bool tc_xml_skip(tc_xml *r) TC_MUST_USE;
/* Takes the first of the attributes; false at their end, or where they are malformed (then they are
 * not empty). */
bool tc_xml_attribute(tc_slice *attributes, tc_slice *ret_name, tc_cell *ret_value) TC_MUST_USE;
static inline bool tc_xml_failed(const tc_xml *r)
{
    return r->failed;
}

/* A name without its prefix. */
tc_slice tc_xml_local(tc_slice name);

#endif
