/*
 * w3c_anchor: a row with more tokens than columns, read by the shapes of its columns.
 *
 * Some value holds raw blanks (a user agent of another maker's logger, an account name). Columns of
 * a hard shape take exactly one token of that shape; between these anchors the free columns take
 * what there is, each at least one token. A first attempt also asks for the soft shapes of paths
 * and URLs; a path is one token in any case. Read is only what can be read in one way: the last
 * column, which nothing bounds, takes one token, and none that is a value of its own ('-', an
 * address, a date, a clock) is joined to others. Bounded: rows of more than TC_W3C_ANCHOR_TOKENS
 * tokens are not read this way.
 */
#ifndef TC_TEXT_W3C_ANCHOR_H
#define TC_TEXT_W3C_ANCHOR_H

#include "parsers/text/w3c_row.h"

#define TC_W3C_ANCHOR_WIDTH 64
#define TC_W3C_ANCHOR_TOKENS 128

/* Joins the `count` tokens in place to form->width cells; false (cells untouched) if they cannot be
 * the form's columns, or can in several ways. The tokens must lie in one line, in order. */
bool tc_w3c_anchor(const tc_w3c_form *form, tc_cell *cells, size_t count) TC_MUST_USE;

#endif
