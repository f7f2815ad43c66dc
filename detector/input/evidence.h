/*
 * evidence: what a file that no parser reads looks like, and how to get it read.
 *
 * A folder of evidence holds logs that this version does not understand: event logs in binary form,
 * captures, other logs of Exchange, exports. To pass over one in silence would be to say "nothing
 * found" of what was never looked at, so it is named, with the way out. A file that is no log (a
 * letter, a program, a picture) must not be named: who is told of forty "logs" that are none does
 * not read the list. Everything is told by bytes, in this order: the first bytes, header lines,
 * column names, members of JSON and XML, the shape of lines, and at last how many lines hold a
 * time.
 *
 * Pure: no files, no memory. Heads are hostile; work is bounded by the head's length.
 */
#ifndef TC_INPUT_EVIDENCE_H
#define TC_INPUT_EVIDENCE_H

#include "parsers/base/slice.h"

/* Both are constants that outlive everything. */
typedef struct tc_likeness {
    const char *looks_like; /* "a Windows event log (EVTX)": goes on from "looks like" */
    const char *mend;       /* what a person can do about it */
} tc_likeness;

/* By the first bytes as they lie in the file, or by a name that promises them. False: no such. */
bool tc_likeness_of_bytes(tc_slice magic, tc_slice name, tc_likeness *ret);
/* Of a head whose characters are all four bytes wide. */
bool tc_likeness_of_utf32(tc_slice head, tc_likeness *ret);
/* Of JSON that a parser would take which knows no names: whether the members tell more. */
bool tc_likeness_of_json(tc_slice head, tc_likeness *ret);
/* Of a head of text: by all signs but the last. */
bool tc_likeness_of_text(tc_slice head, tc_likeness *ret);

/* Lines of a head that were looked at, and how many of them are of some shape. */
typedef struct tc_line_shapes {
    uint32_t lines;
    uint32_t native, syslog, tagged; /* IIS native, syslog, CEF and LEEF */
    uint32_t exchange;               /* a time as Exchange writes it and more cells behind commas */
    uint32_t timed;                  /* hold a time somewhere in their first part */
    uint32_t leading;                /* begin with one */
    uint32_t counted;                /* syslog, with its length before it and no line end */
    uint32_t served;                 /* say what only a server of mail says */
} tc_line_shapes;

/* `whole`: the head is the whole file, so its last line counts without a line end. */
tc_line_shapes tc_line_shapes_of(tc_slice head, bool whole);
/* Of text whose lines end in carriage returns alone, and which has times or header lines. */
bool tc_likeness_of_line_ends(tc_slice head, tc_likeness *ret);
bool tc_likeness_of_shapes(const tc_line_shapes *shapes, tc_likeness *ret);
#define TC_LIKENESS_AS_WRITTEN                                                                     \
    "give it as the server wrote it, without what a tool put before its lines, or name its "       \
    "columns with --fields"
/* Most lines say what only a server of mail says, whatever their form, and the name is not one of a
 * text that is no log. */
bool tc_likeness_is_served(const tc_line_shapes *shapes, tc_slice name, tc_likeness *ret);
/* The last resort: most lines hold a time, and the name is not one of a text that is no log. Where
 * the name is none that logs in lines have (`named`), a line must begin with one. */
bool tc_likeness_is_timed(const tc_line_shapes *shapes, tc_slice name, bool named);

/* What the names of members and columns do not tell, what stands in them may. */
/* Of JSON in which no parser knows a time: it is no setting, for it holds events all the same. */
bool tc_likeness_of_object(tc_slice head, tc_likeness *ret);
/* Of a table without a header that is known: events stand in its cells. */
bool tc_likeness_of_cells(tc_slice head, tc_likeness *ret);

#endif
