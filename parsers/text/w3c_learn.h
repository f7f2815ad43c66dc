/*
 * w3c_learn: the columns of W3C rows that no header describes, told from a source's head.
 *
 * What is told is text, lists of names as a #Fields line has them: it can be shown, kept and handed
 * to the parser of the source, which makes schemas of it. Rows of different widths are told apart.
 * If the widest-spread of them stays in doubt, so does the source: the doubt says which fields each
 * open column could be.
 */
#ifndef TC_TEXT_W3C_LEARN_H
#define TC_TEXT_W3C_LEARN_H

#include "parsers/parser.h"

extern const tc_column_reader tc_w3c_column_reader;

#endif
