/*
 * lead: what may stand before a log in its file.
 *
 * A file does not always begin where a record does. A disk that lost its power leaves NUL bytes, a
 * writer that was cut off under its feet writes on behind as many of them as there were bytes, and
 * what was split by its size begins in the middle of a record. The parsers get over all that as
 * over any damage, and count it; but whoever asks them by the first bytes alone takes the file for
 * none of theirs, and passes it over in silence.
 *
 * Pure: no files, no memory of its own. Refuses nothing; what is behind may be anything.
 */
#ifndef TC_INPUT_LEAD_H
#define TC_INPUT_LEAD_H

#include "detector/input/evidence.h"
#include "parsers/parser.h"

/* The parser that takes the head; where none does, the one that takes what stands behind NUL bytes
 * at its beginning, or behind the rest of a JSON object or XML element. NULL: none. */
TC_STATUS tc_lead_probe(tc_slice head, tc_slice name, const tc_parser **ret);
/* The head without the NUL bytes at its beginning. */
tc_slice tc_lead_text(tc_slice head);
/* So many control characters are in no text. A few, which a client may have sent, are. */
bool tc_lead_is_binary(tc_slice head);
/* Of `text` that is UTF-16 and stands behind NUL bytes, which are the head's first. */
bool tc_likeness_of_wide(tc_slice head, tc_slice text, tc_likeness *ret);
/* Of a head that is no text, in a file that is named like a log: nothing but NUL bytes, because
 * what stood there is lost or begins farther on, or something else under a name that servers give
 * to their logs alone. */
bool tc_likeness_of_lost(tc_slice head, tc_slice name, tc_likeness *ret);

#endif
